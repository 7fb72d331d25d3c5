namespace Consensus.Cryptography;

/// <summary>A signature.</summary>
internal sealed record SignatureFile(uint Signer, string Signature);
