namespace Consensus.Hybrid;

/// <summary>When a group changes its engine without an operator, and to which: the same in all epochs of a group, and part of the identity of each.</summary>
/// <remarks>Immutable.</remarks>
public sealed record EpochRules
{
    /// <summary>What agrees on the end of an epoch of Raft, and follows it if no order says otherwise.</summary>
    /// <value><see cref="EpochProtocol.Pbft"/>; or <see cref="EpochProtocol.HotStuff"/>.</value>
    public EpochProtocol EscalationTarget { get; init; } = EpochProtocol.Pbft;

    /// <summary>
    /// Whether a command whose caller waits for <see cref="CommitLevel.Certified"/> makes a group that runs Raft move to <see cref="EscalationTarget"/> first. Otherwise it waits until a floor is certified above it.
    /// </summary>
    /// <value>False.</value>
    public bool EscalatesForCommands { get; init; }

    /// <summary>Whether a group goes back to Raft by itself, when a quorum of members have each seen that it is quiet (<see cref="EscalationOptions"/>). Otherwise an operator has to order it, too.</summary>
    /// <value>False.</value>
    public bool ReturnsAlone { get; init; }
}
