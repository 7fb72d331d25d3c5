using Consensus.Engine;
using Consensus.Simulation.Checkers;
using Consensus.Simulation.Disk;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Tests.Faults;

/// <summary>Notes which faults had any effect that others could see.</summary>
internal sealed class Witness(World world) : Checker
{
    /// <inheritdoc/>
    public override string Name => "witness";

    /// <summary>What was seen.</summary>
    public HashSet<FaultKind> Seen { get; } = [];

    /// <inheritdoc/>
    public override void OnStarted(SimulatedNode node, RecoveredState recovered)
    {
        if (node.Id.Value > world.Options.Nodes)
        {
            // Somebody else was put in a lost machine's place, or was added.
            Seen.UnionWith([FaultKind.Amnesia, FaultKind.Membership]);
        }
    }

    /// <inheritdoc/>
    public override void OnRefused(SimulatedNode node, ConsensusException why) => Seen.UnionWith([FaultKind.BitRot, FaultKind.MisdirectedWrite]);

    /// <inheritdoc/>
    public override void OnEnded(SimulatedNode node, Exception? failure)
    {
        if (failure is not null)
        {
            Seen.Add(FaultKind.FailingFlush);
        }
    }

    /// <inheritdoc/>
    public override void OnDurable(SimulatedNode node, Lsn lsn)
    {
        if (!node.Storage!.Log.AcceptsWrites)
        {
            Seen.Add(FaultKind.FullDisk);
        }

        if (node.Disk.FlushTime > 2 * SimulatedDisk.DefaultFlushTime)
        {
            Seen.Add(FaultKind.SlowDisk);
        }
    }
}
