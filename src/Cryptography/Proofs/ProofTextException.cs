namespace Consensus.Cryptography;

/// <summary>A text is no proof. Caught where the text is read: callers get a <see cref="ProofDefect"/>.</summary>
internal sealed class ProofTextException(string message) : Exception(message);
