using Consensus.Engine;

namespace Consensus.Gossip.Dissemination;

/// <summary>A rumour that is being told.</summary>
internal sealed class HotRumour(Rumour rumour, Ticks since)
{
    public Rumour Rumour => rumour;

    /// <summary>Since when it is told.</summary>
    public Ticks Since => since;

    /// <summary>How often it was told.</summary>
    public int Told { get; set; }

    /// <summary>How many had heard of it already when they were told.</summary>
    public int KnownBefore { get; set; }
}
