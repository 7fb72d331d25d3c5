using Consensus.Engine;
using Consensus.Simulation.Disk;
using Consensus.Simulation.Nodes;
using Consensus.Storage;

namespace Consensus.Simulation.Faults;

/// <summary>What a start would find on a disk, tried on a copy, so that damage can be judged before it is done.</summary>
internal static class RecoveryTrial
{
    /// <summary>Recovers what is on a disk.</summary>
    /// <param name="disk">The disk, which is changed as by a start.</param>
    /// <param name="settings">How the node starts.</param>
    /// <param name="node">Whose disk it is.</param>
    /// <returns>What was found, or <see langword="null"/> if the start was refused.</returns>
    public static RecoveredState? Run(SimulatedDisk disk, NodeSettings settings, NodeId node)
    {
        try
        {
            using var storage = ReplicaStorage.Open(
                disk,
                SimulatedNode.Folder,
                new ReplicaIdentity(settings.Cluster, node),
                settings.Storage(new DeterministicRandom(0)));
            return storage.Recovered;
        }
        catch (ConsensusException exception) when (exception.Reason is ConsensusFailure.StorageCorrupt or ConsensusFailure.StorageForeign)
        {
            return null;
        }
    }
}
