namespace Consensus.Cryptography;

/// <summary>A statement and the signature of one member. Nothing about it has been checked.</summary>
/// <param name="Statement">What is stated.</param>
/// <param name="Signer">Who is said to state it.</param>
/// <param name="Signature">The signature over the statement.</param>
public readonly record struct SignedStatement(Statement Statement, NodeId Signer, Signature Signature);
