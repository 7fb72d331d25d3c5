using System.Collections.Immutable;

namespace Consensus.Gossip;

/// <summary>How a ballot stands at a node. Immutable.</summary>
/// <param name="Ballot">The ballot.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Tally">The votes that are known, each checked.</param>
/// <param name="Missing">Who has not voted, as far as is known: the stragglers.</param>
/// <param name="Liars">Who has signed both votes.</param>
/// <param name="Rounds">How often this node has compared votes with others.</param>
/// <param name="Certificate">What proves the decision, if there is one.</param>
public sealed record BallotStatus(Ballot Ballot, BallotOutcome Outcome, VoteTally Tally, ImmutableArray<NodeId> Missing, ImmutableArray<NodeId> Liars, int Rounds, BallotCertificate? Certificate)
{
    /// <summary>Of which share of the voters a vote is known: 0 to 1.</summary>
    public double HeardShare => (Tally.For + Tally.Against + Tally.Both) / (double)Ballot.Voters.Length;

    /// <summary>Which share of the voters agrees with the majority of those who were heard: 0 to 1.</summary>
    public double Agreement => Math.Max(Tally.For, Tally.Against) / (double)Ballot.Voters.Length;
}
