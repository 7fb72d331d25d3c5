namespace Consensus.Cli.Bench;

/// <summary>What a measurement of recoveries was asked for.</summary>
internal sealed record RecoveryOptions
{
    /// <summary>The engine.</summary>
    public required string Algorithm { get; init; }

    /// <summary>How many nodes.</summary>
    public required int Nodes { get; init; }

    /// <summary>How often the leader is killed.</summary>
    public required int Rounds { get; init; }

    /// <summary>Whether the nodes talk through TLS.</summary>
    public required bool Tls { get; init; }
}
