namespace Consensus.AspNetCore.Sessions;

/// <summary>How a session is to be opened.</summary>
/// <param name="PublicKey">An Ed25519 public key, 64 hexadecimal digits: only its owner can use the session. Without it whoever knows the session's number can.</param>
internal sealed record OpenSessionDocument(string? PublicKey = null);
