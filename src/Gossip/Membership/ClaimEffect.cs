namespace Consensus.Gossip.Membership;

/// <summary>What becomes of a claim about a member.</summary>
internal enum ClaimEffect
{
    /// <summary>Nothing: it is known, or older than what is known.</summary>
    Ignore,

    /// <summary>It holds from now on.</summary>
    Accept,

    /// <summary>It names others who accuse a suspect.</summary>
    Confirm,

    /// <summary>A death of which no suspicion was heard: a suspicion, so that the member can deny it here, too.</summary>
    Doubt,

    /// <summary>It says that somebody lives who died or left since: whoever said it is told.</summary>
    Correct,

    /// <summary>It says that a live member is somewhere else, too.</summary>
    Conflict,
}
