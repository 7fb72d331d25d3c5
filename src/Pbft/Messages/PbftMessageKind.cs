namespace Consensus.Pbft.Messages;

/// <summary>The kinds of messages on the wire. The numbers are part of the protocol.</summary>
internal enum PbftMessageKind : byte
{
    Submit = 1,
    PrePrepare = 2,
    Prepare = 3,
    Commit = 4,
    CheckpointVote = 5,
    ViewChange = 6,
    NewView = 7,
    Status = 8,
    CommittedBlock = 9,
    StableCheckpoint = 10,
    BlockRequest = 11,
    BlockAnswer = 12,
    CatchUpRequest = 13,
    CatchUpBlocks = 14,
}
