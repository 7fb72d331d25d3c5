namespace Consensus;

/// <summary>The replica follows another leader, or the same in a newer term, or none.</summary>
/// <param name="Leader">The leader; <see cref="NodeId.None"/> if none is known.</param>
/// <param name="TermOrView">The term or view.</param>
public sealed record LeaderChanged(NodeId Leader, ulong TermOrView) : ConsensusEvent;
