namespace Consensus.Simulation.Observation;

/// <summary>When a fault may show more than at other times.</summary>
internal enum Moment
{
    /// <summary>A node recovers what is on its disk.</summary>
    Starting,

    /// <summary>A node stands for election: its vote for itself is not on disk yet.</summary>
    Standing,

    /// <summary>A node has won an election: its first entry is not on disk yet.</summary>
    Elected,

    /// <summary>A node goes by another configuration: of another leader's log, or of a change that has begun, ended or been taken back.</summary>
    MembersChanged,

    /// <summary>A node's state was replaced by a snapshot.</summary>
    Restored,
}
