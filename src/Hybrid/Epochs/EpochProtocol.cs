namespace Consensus.Hybrid;

/// <summary>The protocols that an epoch can run. The numbers are part of the wire and disk formats.</summary>
public enum EpochProtocol : byte
{
    /// <summary>Raft: its members may crash, and do not lie.</summary>
    Raft = 1,

    /// <summary>PBFT: f members may do anything.</summary>
    Pbft = 2,

    /// <summary>HotStuff: f members may do anything.</summary>
    HotStuff = 3,
}
