namespace Consensus.Simulation.Network;

/// <summary>What a link does with the frames that are given to it; the worse, the later.</summary>
internal enum LinkState
{
    /// <summary>It carries them.</summary>
    Open,

    /// <summary>It keeps them until it is open again, as a connection does whose packets are sent again and again.</summary>
    Clogged,

    /// <summary>It loses them.</summary>
    Cut,
}
