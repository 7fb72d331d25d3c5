namespace Consensus.Gossip.Tests.Ballots;

/// <summary>What a voter does that lies.</summary>
public enum VoterLie
{
    /// <summary>Nothing.</summary>
    Silence,

    /// <summary>It votes against.</summary>
    Oppose,

    /// <summary>It shows half of the others one vote, and the other half the other.</summary>
    Split,

    /// <summary>The same, beginning when some may have a quorum.</summary>
    LateSplit,

    /// <summary>It shows one node one vote, and some time later another one the other.</summary>
    Hunt,

    /// <summary>It puts other names under votes.</summary>
    Forge,

    /// <summary>It passes on what was voted in another ballot.</summary>
    Replay,

    /// <summary>It asks and says all the time.</summary>
    Flood,
}
