namespace Consensus.Gossip.Membership;

/// <summary>
/// Which of two claims about a member holds: that of the higher version, and of the same version the one whose state is later in <see cref="SwarmMemberState"/> (SWIM, section 4.2, made a total order). So what is held never goes back, whatever is said about it: a
/// delayed "alive" from before a death does not bring anybody back, and a death at a version that was not heard of yet is kept at that version.
/// </summary>
/// <remarks>Two departures. A death of which no suspicion was heard is a suspicion at first: when a partition heals, both sides hold the other dead, and nobody who lives is to be buried by the other side's table. And of two addresses of one live member, the first holds.</remarks>
internal static class Precedence
{
    /// <param name="held">What is held of the member; <see langword="null"/> for nothing.</param>
    /// <param name="claim">What is said.</param>
    public static ClaimEffect Judge(MemberClaim? held, MemberClaim claim)
    {
        if (held is null)
        {
            return ClaimEffect.Accept;
        }

        if (claim.Version < held.Version)
        {
            return claim.IsLive && !held.IsLive ? ClaimEffect.Correct : ClaimEffect.Ignore;
        }

        if (held.IsLive && claim.IsLive && !string.Equals(held.Address, claim.Address, StringComparison.Ordinal))
        {
            return ClaimEffect.Conflict;
        }

        return claim.Version > held.Version ? Later(held, claim) : Same(held, claim);
    }

    private static ClaimEffect Later(MemberClaim held, MemberClaim claim) => claim.State == SwarmMemberState.Dead && held.IsLive ? ClaimEffect.Doubt : ClaimEffect.Accept;

    private static ClaimEffect Same(MemberClaim held, MemberClaim claim) => (held.State, claim.State) switch
    {
        (SwarmMemberState.Suspect, SwarmMemberState.Suspect) => ClaimEffect.Confirm,
        (SwarmMemberState.Alive, SwarmMemberState.Dead) => ClaimEffect.Doubt,
        (SwarmMemberState.Dead or SwarmMemberState.Left, SwarmMemberState.Alive or SwarmMemberState.Suspect) => ClaimEffect.Correct,
        _ => claim.State > held.State ? ClaimEffect.Accept : ClaimEffect.Ignore,
    };
}
