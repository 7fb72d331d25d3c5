namespace Consensus.Simulation.Network;

/// <summary>What became of the frames of a run: shows that a fault that was asked for did something.</summary>
internal sealed class NetworkTally
{
    /// <summary>The size of the largest.</summary>
    public int BytesMax { get; set; }

    /// <summary>Lost, because links lose some.</summary>
    public long Dropped { get; set; }

    /// <summary>Carried twice.</summary>
    public long Duplicated { get; set; }

    /// <summary>Arrived after a frame that was sent later on the same link.</summary>
    public long Overtaken { get; set; }

    /// <summary>Took longer than a link's longest time.</summary>
    public long Delayed { get; set; }

    /// <summary>Kept by a clogged link.</summary>
    public long Held { get; set; }

    /// <summary>Lost on a cut link.</summary>
    public long Cut { get; set; }
}
