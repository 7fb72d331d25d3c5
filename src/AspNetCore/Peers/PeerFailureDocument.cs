namespace Consensus.AspNetCore.Peers;

/// <summary>Why an attempt to connect failed.</summary>
/// <param name="Reason">In sentences for people.</param>
/// <param name="At">When.</param>
internal sealed record PeerFailureDocument(string Reason, DateTimeOffset At);
