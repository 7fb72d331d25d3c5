namespace Consensus.Client.Sessions;

/// <summary>How a session is to be opened.</summary>
/// <param name="PublicKey">The client's Ed25519 public key, 64 hexadecimal digits.</param>
internal sealed record OpenSessionDocument(string PublicKey);
