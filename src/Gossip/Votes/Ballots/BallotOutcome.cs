namespace Consensus.Gossip;

/// <summary>What came of a ballot at a node.</summary>
public enum BallotOutcome
{
    /// <summary>Nothing yet.</summary>
    Open,

    /// <summary>A quorum voted for.</summary>
    For,

    /// <summary>A quorum voted against.</summary>
    Against,

    /// <summary>It cannot be decided: more voters have signed both votes than may lie.</summary>
    TooManyLiars,

    /// <summary>It cannot be decided: whatever those vote that were not heard, no value gets a quorum.</summary>
    Split,

    /// <summary>It cannot be decided: it is over, and too few have voted.</summary>
    Expired,
}
