namespace Consensus.Raft.Messages;

/// <summary>The first number of a message's wire form.</summary>
internal enum RaftMessageKind : byte
{
    PreVoteRequest = 1,
    PreVoteResponse = 2,
    VoteRequest = 3,
    VoteResponse = 4,
    AppendRequest = 5,
    AppendAccepted = 6,
    AppendRejected = 7,
    Heartbeat = 8,
    HeartbeatResponse = 9,
    SnapshotChunk = 10,
    SnapshotProgress = 11,
    TimeoutNow = 12,
    ForwardedProposals = 13,
    ForwardRefused = 14,
    ReadIndexRequest = 15,
    ReadIndexResponse = 16,
    ForwardedChange = 17,
    ForwardedTransfer = 18,
    ControlOutcome = 19,
    StateReport = 20,
    StateVerdict = 21,
    RepairRequest = 22,
    ForwardedFencedChange = 23,
}
