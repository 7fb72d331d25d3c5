using System.Collections.Immutable;
using Consensus.Cryptography;

namespace Consensus.Gossip;

/// <summary>A quorum's votes: what proves a decision to whoever knows the ballot, and trusts that it is the one that was asked. Immutable.</summary>
/// <param name="Ballot">The ballot.</param>
/// <param name="IsFor">What was decided.</param>
/// <param name="Votes">The votes, in the order of the voters.</param>
/// <remarks>With more liars than <see cref="Ballot.FaultsMax"/> both values may have one; with no more, one value has.</remarks>
public sealed record BallotCertificate(Ballot Ballot, bool IsFor, ImmutableArray<BallotVote> Votes)
{
    /// <summary>Whether distinct voters, a quorum of them, have signed this value.</summary>
    /// <param name="swarm">In which swarm.</param>
    /// <param name="verifier">Checks the signatures.</param>
    public bool Holds(ClusterId swarm, ISignatureVerifier verifier)
    {
        ArgumentNullException.ThrowIfNull(verifier);
        var last = -1;
        foreach (var vote in Votes)
        {
            if (vote.IsFor != IsFor || vote.Voter <= last || !Ballot.Verify(swarm, vote, verifier))
            {
                return false;
            }

            last = vote.Voter;
        }

        return Votes.Length >= Ballot.Quorum;
    }
}
