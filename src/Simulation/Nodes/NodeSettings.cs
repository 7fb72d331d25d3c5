using Consensus.Engine;
using Consensus.Storage;

namespace Consensus.Simulation.Nodes;

/// <summary>What all nodes of a run have in common.</summary>
internal sealed record NodeSettings
{
    /// <summary>The group.</summary>
    public required ClusterId Cluster { get; init; }

    /// <summary>Who is a member from the beginning.</summary>
    public required ClusterMembership Bootstrap { get; init; }

    /// <summary>Makes a replica's engine.</summary>
    public required Func<NodeId, IEngine> Engine { get; init; }

    /// <summary>Makes the state of one replica, as new.</summary>
    public required Func<IReplicatedState> State { get; init; }

    /// <summary>What a replica gets as its write-ahead log, made from the one on its disk.</summary>
    public required Func<IWriteAheadLog, IWriteAheadLog> Log { get; init; }

    /// <summary>The replicas' settings.</summary>
    public required ReplicaOptions Replica { get; init; }

    /// <summary>How data folders are laid out; what is random there is drawn from the node's generator.</summary>
    public required Func<DeterministicRandom, ReplicaStorageOptions> Storage { get; init; }

    /// <summary>What a new data folder of a node says about the group: nothing if the node joins later.</summary>
    public ClusterMembership BootstrapOf(NodeId id) => Bootstrap.Find(id) is null ? ClusterMembership.Empty : Bootstrap;
}
