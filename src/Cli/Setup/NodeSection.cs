namespace Consensus.Cli.Setup;

/// <summary>The section <c>Consensus</c> of a node's configuration file.</summary>
internal sealed record NodeSection
{
    /// <summary>The node's number.</summary>
    public required uint Node { get; init; }

    /// <summary>The cluster's identity.</summary>
    public required string ClusterId { get; init; }

    /// <summary>All nodes of the cluster.</summary>
    public required IReadOnlyList<NodeMember> Members { get; init; }

    /// <summary>The engine.</summary>
    public required string Algorithm { get; init; }

    /// <summary>The hybrid's settings; left out with other engines.</summary>
    public NodeHybrid? Hybrid { get; init; }

    /// <summary>Relative to the configuration file, so that both can be moved together.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The node's signing key, relative to the configuration file; left out where nobody signs.</summary>
    public string? SigningKeyFile { get; init; }

    /// <summary>
    /// The data folder is created together with the file, so that a node whose folder has gone refuses to start instead of starting over
    /// with an empty one, as if it had never promised anything.
    /// </summary>
    public string Initialize { get; init; } = "Never";

    /// <summary>The connections between the nodes; left out where all is as usual.</summary>
    public NodeTransport? Transport { get; init; }

    /// <summary>The HTTP API.</summary>
    public required NodeHttp Http { get; init; }
}
