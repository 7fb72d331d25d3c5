namespace Consensus.Hybrid.Selection;

/// <summary>The rules of the choice. Exactly one applies to any requirements.</summary>
public enum SelectionRule
{
    /// <summary>Refused: a group has at least one member.</summary>
    NoMembers,

    /// <summary>Refused: nothing is decided in no time.</summary>
    NoTime,

    /// <summary>Refused: with fewer than four members none of them may lie, whatever the engine.</summary>
    TooFewForByzantine,

    /// <summary>Members stop at worst: Raft, whatever their number and the latency.</summary>
    CrashesOnly,

    /// <summary>Members may lie, and are more than can agree by votes of all: Gossip.</summary>
    LargeSwarm,

    /// <summary>Members may lie, and decisions are needed in less than the limit: HotStuff.</summary>
    LowLatency,

    /// <summary>Members may lie, and nothing else is asked for: PBFT.</summary>
    Agreement,
}
