namespace Consensus.Cli.Setup;

/// <summary>Which node is to join a cluster.</summary>
internal sealed record JoinOptions
{
    /// <summary>The folder with the files of the cluster's nodes, where the new node's are written as well.</summary>
    public required string Directory { get; init; }

    /// <summary>The new node's number, never used before.</summary>
    public required uint Node { get; init; }

    /// <summary>Where it listens for the other nodes, <c>host:port</c>.</summary>
    public required string Address { get; init; }

    /// <summary>Where it serves its HTTP API, <c>ip:port</c>.</summary>
    public required string HttpAddress { get; init; }

    /// <summary>Who belongs to the cluster now; null if that is not known but from the files in the folder.</summary>
    public IReadOnlyList<NodeMember>? Members { get; init; }
}
