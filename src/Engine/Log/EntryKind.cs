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

    /// <summary>
    /// The end of a block: what an engine that orders blocks makes of one is its commands, each an entry, and then this. Carries the block's header; there is
    /// nothing to apply.
    /// </summary>
    Block = 3,

    /// <summary>The end of a block at which the replicas compare and certify their states, and may take snapshots. As <see cref="Block"/> otherwise.</summary>
    Checkpoint = 4,

    /// <summary>The beginning of an epoch: what it is made of, and where it begins (<see cref="EpochEntry"/>). Each replica writes it itself; the states are compared here.</summary>
    Epoch = 5,
}
