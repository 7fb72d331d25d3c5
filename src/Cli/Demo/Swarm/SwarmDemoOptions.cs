namespace Consensus.Cli.Demo.Swarm;

/// <summary>What a demo of a swarm was asked for.</summary>
/// <param name="Nodes">How many nodes.</param>
/// <param name="Duration">How long they work, until the swarm is whole again.</param>
internal sealed record SwarmDemoOptions(int Nodes, TimeSpan Duration)
{
    /// <summary>What it is called on the command line.</summary>
    public const string Algorithm = "gossip";

    public const int NodesMin = 5;
    public const int NodesMax = 200;
    public const int NodesDefault = 50;

    /// <summary>How many are cut off from the others: two fifths.</summary>
    public int Minority => Nodes * 2 / 5;
}
