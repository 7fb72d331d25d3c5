namespace Consensus.Byzantine;

/// <summary>What the parts that both engines share keep at one moment, as far as it has a bound.</summary>
internal readonly record struct OrderingLoad
{
    /// <summary>Batches that wait to be ordered, whoever submitted them.</summary>
    public int PooledBatches { get; init; }

    /// <summary>What they weigh (<see cref="CommandBatch.Weight"/>). At most <see cref="ByzantineOptions.PooledBytesMax"/> of each origin, or one batch.</summary>
    public long PooledWeight { get; init; }

    /// <summary>Batches that this replica has proposed: some of those that wait.</summary>
    public int ProposedBatches { get; init; }

    /// <summary>Own batches. At most <see cref="ByzantineOptions.OwnBatchesMax"/>.</summary>
    public int OwnBatches { get; init; }

    /// <summary>What the commands weigh that are in no batch yet. None is taken when these and the batches have reached <see cref="ByzantineOptions.PooledBytesMax"/>.</summary>
    public long GatheredWeight { get; init; }

    /// <summary>Reads that wait to be ordered.</summary>
    public int Reads { get; init; }

    /// <summary>Checkpoints after which this replica's own state is known. At most those of a window, and the stable one.</summary>
    public int OwnCheckpoints { get; init; }

    /// <summary>Checkpoints that members speak of. At most those of two windows.</summary>
    public int VotedCheckpoints { get; init; }

    /// <summary>Snapshots that wait for their certificates. At most two.</summary>
    public int UncertifiedSnapshots { get; init; }

    /// <summary>Blocks that were fetched and are not proven yet.</summary>
    public int StagedBlocks { get; init; }

    /// <summary>Their size. At most <see cref="ByzantineOptions.PooledBytesMax"/>, or one block.</summary>
    public long StagedBytes { get; init; }

    /// <summary>Whether nobody waits for this replica.</summary>
    public bool IsAtRest => this is { OwnBatches: 0, GatheredWeight: 0, Reads: 0, ProposedBatches: 0, StagedBlocks: 0 };

    /// <summary>What the parts keep together.</summary>
    public static OrderingLoad Of(Submissions submissions, CheckpointDesk checkpoints, SnapshotDesk snapshots, CatchUp catchUp) => submissions.Load with
    {
        OwnCheckpoints = checkpoints.OwnCount,
        VotedCheckpoints = checkpoints.VotedCount,
        UncertifiedSnapshots = snapshots.CandidateCount,
        StagedBlocks = catchUp.StagedBlocks,
        StagedBytes = catchUp.StagedBytes,
    };
}
