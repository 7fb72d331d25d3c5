using Consensus.Byzantine;
using Consensus.Engine;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers.Byzantine;

/// <summary>
/// What the parts that both Byzantine engines share keep stays within the bounds of their options at every turn, whatever others send: batches that wait, commands in no batch yet, reads, and
/// checkpoints; and nothing is left of callers who are gone. Source: pitfalls, part 3; <see cref="ByzantineOptions"/>.
/// </summary>
/// <remarks>
/// The naive form takes the bounds as they are, and gives false alarms: an origin may have one batch, and a batch one command, however large. So the largest batch, or command,
/// is added where one always fits; so may a block have one batch. What is fetched must not outlast its purpose either.
/// </remarks>
/// <param name="replica">The replicas' bounds.</param>
/// <param name="options">The cores' bounds.</param>
/// <param name="members">How many members there are.</param>
/// <param name="loadOf">What the core of a node keeps, if it is one of them.</param>
internal sealed class BoundedOrdering(ReplicaOptions replica, ByzantineOptions options, int members, Func<SimulatedNode, OrderingLoad?> loadOf) : Checker
{
    private const int UncertifiedSnapshotsMax = 2;

    /// <inheritdoc/>
    public override string Name => "bounded ordering";

    private long BatchBytesMax =>
        CommandBatch.OverheadBytes + Math.Max(options.BatchBytesMax, replica.CommandBytesMax + CommandEnvelope.OverheadBytesMax + CommandBatch.CommandOverheadBytes);

    private long BatchWeightMax => Math.Max(BatchBytesMax, CommandBatch.OverheadBytes + CommandBatch.SignedWeightMin);

    private long OriginWeightMax => Math.Max(options.PooledBytesMax, BatchWeightMax);

    private int OwnCheckpointsMax => (options.ReachBlocks / options.CheckpointBlocks) + 1;

    private int VotedCheckpointsMax => (options.WindowBlocks / options.CheckpointBlocks) + OwnCheckpointsMax;

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        if (loadOf(node) is not { } load)
        {
            return;
        }

        Compare(node, "bytes of batches that wait, by their weight", load.PooledWeight, members * OriginWeightMax);
        Compare(node, "proposed batches that wait", load.ProposedBatches, load.PooledBatches);
        Compare(node, "own batches", load.OwnBatches, options.OwnBatchesMax);
        Compare(node, "bytes of commands in no batch, by their weight", load.GatheredWeight, options.PooledBytesMax + BatchWeightMax);
        Compare(node, "reads that wait", load.Reads, replica.QueuedOperationsMax);
        Compare(node, "own checkpoints", load.OwnCheckpoints, OwnCheckpointsMax);
        Compare(node, "checkpoints of which others speak", load.VotedCheckpoints, VotedCheckpointsMax);
        Compare(node, "snapshots without a certificate", load.UncertifiedSnapshots, UncertifiedSnapshotsMax);
        Compare(node, "bytes of blocks that are not proven", load.StagedBytes, Math.Max(options.PooledBytesMax, options.BlockBytesMax + BatchBytesMax));
    }

    /// <inheritdoc/>
    public override bool IsAtRest(IReadOnlyList<SimulatedNode> nodes) => nodes.All(node => loadOf(node) is not { IsAtRest: false });

    /// <inheritdoc/>
    public override void OnFinished(IReadOnlyList<SimulatedNode> nodes)
    {
        foreach (var node in nodes)
        {
            if (loadOf(node) is { IsAtRest: false } load)
            {
                Report($"nobody has called for a while, and the core of node {node.Id} still keeps: {load}");
            }
        }
    }

    private void Compare(SimulatedNode node, string what, long count, long max)
    {
        if (count > max)
        {
            Report($"node {node.Id} has {count} {what}; at most {max} are allowed");
        }
    }
}
