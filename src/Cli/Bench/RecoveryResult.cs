namespace Consensus.Cli.Bench;

/// <summary>What was measured, as scripts read it.</summary>
internal sealed record RecoveryResult
{
    /// <summary>The engine.</summary>
    public required string Algorithm { get; init; }

    /// <summary>How many nodes.</summary>
    public required int Nodes { get; init; }

    /// <summary>Whether the nodes talked through TLS.</summary>
    public required bool Tls { get; init; }

    /// <summary>How often the leader was killed.</summary>
    public required int Rounds { get; init; }

    /// <summary>From the kill to the acknowledgement of a write that was begun when the leader was gone.</summary>
    public required Spread RecoveryMs { get; init; }

    /// <summary>The same, round by round.</summary>
    public required IReadOnlyList<double> RecoveriesMs { get; init; }

    /// <summary>From the restart of the killed node, its process included, until it had applied all that was committed when it was ready.</summary>
    public required Spread CatchUpMs { get; init; }

    /// <summary>How many writes were acknowledged.</summary>
    public required long Acknowledged { get; init; }

    /// <summary>How many writes were refused, or left with an unknown outcome, in spite of the client's attempts.</summary>
    public required long Failed { get; init; }

    /// <summary>How many acknowledged writes were not found at the end. Must be 0.</summary>
    public required long Lost { get; init; }
}
