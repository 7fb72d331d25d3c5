namespace Consensus.Simulation.Network;

/// <summary>How well all links of a network carry frames.</summary>
internal sealed record LinkQuality
{
    /// <summary>The shortest time a frame takes.</summary>
    public TimeSpan LatencyMin { get; init; } = TimeSpan.FromMicroseconds(100);

    /// <summary>The longest time a frame takes, unless it is delayed.</summary>
    public TimeSpan LatencyMax { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>How many frames are lost; 0 to 1.</summary>
    public double DropRate { get; init; }

    /// <summary>How many frames arrive twice; 0 to 1.</summary>
    public double DuplicateRate { get; init; }

    /// <summary>How many frames are overtaken by later ones; 0 to 1.</summary>
    public double ReorderRate { get; init; }

    /// <summary>How many frames take much longer, and those behind them too; 0 to 1.</summary>
    public double DelayRate { get; init; }

    /// <summary>How much longer at most.</summary>
    public TimeSpan DelayMax { get; init; } = TimeSpan.FromMilliseconds(300);
}
