namespace Consensus;

/// <summary>The disk has space again: commands are accepted.</summary>
public sealed record WritesResumed : ConsensusEvent;
