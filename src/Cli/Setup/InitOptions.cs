namespace Consensus.Cli.Setup;

/// <summary>What kind of cluster is to be set up.</summary>
internal sealed record InitOptions
{
    /// <summary>Where the nodes' files are written.</summary>
    public required string Directory { get; init; }

    /// <summary>How many nodes.</summary>
    public required int Nodes { get; init; }

    /// <summary>The engine.</summary>
    public required string Algorithm { get; init; }

    /// <summary>The port on which node 1 listens for the others; each further node takes the next.</summary>
    public required int BasePort { get; init; }

    /// <summary>The port of node 1's HTTP API; each further node takes the next.</summary>
    public required int HttpPort { get; init; }

    /// <summary>The cluster's identity; <see langword="null"/>: a new one.</summary>
    public Guid? Cluster { get; init; }

    /// <summary>Whether the nodes get certificates and talk through TLS.</summary>
    public required bool Tls { get; init; }

    /// <summary>Whether the nodes serve their API over HTTPS, with the same certificates.</summary>
    public bool Https { get; init; }

    /// <summary>Whether the nodes get keys to sign with in the protocol. They do in any case if the engine signs.</summary>
    public bool SigningKeys { get; init; }
}
