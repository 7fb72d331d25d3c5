namespace Consensus.Gossip;

/// <summary>What follows from the votes that an agent has seen.</summary>
public enum VoteVerdict
{
    /// <summary>Nothing yet.</summary>
    Open,

    /// <summary>A quorum voted for.</summary>
    For,

    /// <summary>A quorum voted against.</summary>
    Against,

    /// <summary>More voters have signed two votes than may lie: nothing can be decided.</summary>
    TooManyLiars,
}
