namespace Consensus.Cli.Demo;

/// <summary>What a demo was asked for.</summary>
internal sealed record DemoOptions
{
    /// <summary>How many clients work at the same time.</summary>
    public const int Clients = 24;

    /// <summary>The engine.</summary>
    public required string Algorithm { get; init; }

    /// <summary>How many nodes.</summary>
    public required int Nodes { get; init; }

    /// <summary>How long clients work.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>
    /// How many operations per second all clients together aim at: a load that a laptop bears beside other work, and less of it in a long
    /// demo, so that what the oracle has to remember stays small.
    /// </summary>
    public double OperationsPerSecond => Math.Clamp(120_000 / Duration.TotalSeconds, 50, 1500);
}
