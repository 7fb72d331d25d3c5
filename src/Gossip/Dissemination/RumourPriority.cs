namespace Consensus.Gossip;

/// <summary>What is told first, if not everything can be told at once.</summary>
public enum RumourPriority : byte
{
    /// <summary>Before everything else.</summary>
    Critical = 0,

    /// <summary>In its turn.</summary>
    Normal = 1,

    /// <summary>When there is room.</summary>
    Bulk = 2,
}
