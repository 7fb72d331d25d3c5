namespace Consensus;

/// <summary>Why an attempt to connect to a peer failed.</summary>
/// <param name="Reason">In sentences for people: what happened at each end point.</param>
/// <param name="At">When.</param>
public sealed record PeerFailure(string Reason, DateTimeOffset At);
