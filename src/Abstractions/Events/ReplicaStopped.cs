namespace Consensus;

/// <summary>The replica has stopped for good. The last event.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Detail">A sentence for people.</param>
public sealed record ReplicaStopped(ConsensusFailure Reason, string Detail) : ConsensusEvent;
