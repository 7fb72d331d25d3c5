namespace Consensus.Cryptography;

/// <summary>What a signature is given for. The number is signed: it never changes, and a number that was used is not used again.</summary>
/// <remarks>Tens group the engines; 0x40 to 0x4F are kept for the changes between epochs.</remarks>
public enum StatementKind : byte
{
    /// <summary>Nothing; never valid.</summary>
    None = 0,

    /// <summary>Both Byzantine engines: a replica submits a batch of commands.</summary>
    CommandBatch = 0x10,

    /// <summary>PBFT: the primary gives a batch its sequence number.</summary>
    PbftPrePrepare = 0x11,

    /// <summary>PBFT: a backup accepts that number.</summary>
    PbftPrepare = 0x12,

    /// <summary>PBFT: a replica knows that a quorum prepared.</summary>
    PbftCommit = 0x13,

    /// <summary>Both Byzantine engines: the state after a sequence number.</summary>
    Checkpoint = 0x14,

    /// <summary>PBFT: a replica leaves a view.</summary>
    PbftViewChange = 0x15,

    /// <summary>PBFT: the primary of a view opens it.</summary>
    PbftNewView = 0x16,

    /// <summary>Both Byzantine engines: the bytes of a replica's snapshot after a sequence number.</summary>
    Snapshot = 0x17,

    /// <summary>HotStuff: the leader of a view proposes a block.</summary>
    HotStuffProposal = 0x20,

    /// <summary>HotStuff: a replica votes for a block.</summary>
    HotStuffVote = 0x21,

    /// <summary>HotStuff: a replica gives up a view (new-view).</summary>
    HotStuffTimeout = 0x22,

    /// <summary>The result of a request.</summary>
    Reply = 0x30,

    /// <summary>A command of a session, by the key that the session was opened with.</summary>
    Request = 0x31,

    /// <summary>An operator's order to end an epoch, and what is to follow.</summary>
    SealOrder = 0x40,

    /// <summary>A replica has ended an epoch: where, with what state, and what follows.</summary>
    Handover = 0x41,

    /// <summary>In an epoch that survives crashes only: a replica has applied everything up to a place, with what state.</summary>
    Floor = 0x42,

    /// <summary>A replica has ended an epoch that survives crashes only: its highest floor, and what it has above.</summary>
    EndReport = 0x43,

    /// <summary>What a replica has seen another one do, as a level of threat.</summary>
    ThreatReport = 0x44,

    /// <summary>A replica agrees that an operator's order to go back to an engine that survives crashes only takes effect.</summary>
    ReturnConsent = 0x45,

    /// <summary>In an epoch of Raft: the leader of a term has marked its log at an entry, behind a history.</summary>
    RaftMark = 0x46,
}
