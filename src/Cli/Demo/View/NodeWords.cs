namespace Consensus.Cli.Demo.View;

/// <summary>The words for what a node is doing.</summary>
internal static class NodeWords
{
    /// <summary>The word for a node that does not run.</summary>
    public const string Down = "down";

    /// <summary>The word for a role.</summary>
    public static string Role(ReplicaRole role) => role switch
    {
        ReplicaRole.Learner => "learner",
        ReplicaRole.Follower => "follower",
        ReplicaRole.PreCandidate => "asking",
        ReplicaRole.Candidate => "candidate",
        ReplicaRole.Leader => "leader",
        ReplicaRole.Stopped => "stopped",
    };

    /// <summary>The colour of a role.</summary>
    public static string Colour(ReplicaRole role) => role switch
    {
        ReplicaRole.Learner => "grey",
        ReplicaRole.Follower => "deepskyblue1",
        ReplicaRole.PreCandidate => "yellow",
        ReplicaRole.Candidate => "orange1",
        ReplicaRole.Leader => "green1",
        ReplicaRole.Stopped => "red1",
    };
}
