namespace Consensus.Byzantine;

/// <summary>The kinds of messages that both engines have. The numbers are part of the protocols, which use those below 64 for their own.</summary>
internal enum SharedMessageKind : byte
{
    Submit = 64,
    CheckpointVote = 65,
    StableCheckpoint = 66,
    CatchUpRequest = 67,
    CatchUpBlocks = 68,
    SnapshotRequest = 69,
    SnapshotOffer = 70,
    SnapshotPartRequest = 71,
    SnapshotPart = 72,
    SnapshotVote = 73,
}
