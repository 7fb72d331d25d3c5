namespace Consensus.Engine;

/// <summary>What an entry carries. The numbers are part of the wire and disk formats.</summary>
public enum EntryKind : byte
{
    /// <summary>Nothing: a new leader's first entry, which lets it commit what its predecessors left.</summary>
    NoOp = 0,

    /// <summary>A command for the state machine, in its envelope.</summary>
    Command = 1,

    /// <summary>A configuration: who belongs to the group from here on.</summary>
    Membership = 2,
}
