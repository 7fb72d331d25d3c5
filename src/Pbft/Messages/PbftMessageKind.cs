namespace Consensus.Pbft.Messages;

/// <summary>The kinds of messages on the wire. The numbers are part of the protocol; those from 64 on are of messages that both Byzantine engines have.</summary>
internal enum PbftMessageKind : byte
{
    PrePrepare = 1,
    Prepare = 2,
    Commit = 3,
    ViewChange = 4,
    NewView = 5,
    Status = 6,
    CommittedBlock = 7,
    BlockRequest = 8,
    BlockAnswer = 9,
}
