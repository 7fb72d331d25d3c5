namespace Consensus.Swarm.Wire;

/// <summary>What became of a datagram.</summary>
internal enum DatagramVerdict
{
    /// <summary>It comes from whoever has the swarm's key.</summary>
    Genuine,

    /// <summary>It is none of a swarm's, or of a later format.</summary>
    Foreign,

    /// <summary>It is another swarm's.</summary>
    OtherSwarm,

    /// <summary>Its sender does not have the swarm's key, or it was damaged.</summary>
    Forged,
}
