using System.Collections.Immutable;

namespace Consensus.Gossip.Messages;

/// <summary>Some votes of a ballot.</summary>
/// <param name="Ballot">Its id.</param>
/// <param name="Votes">The votes.</param>
internal sealed record BallotVotes(Digest Ballot, ImmutableArray<BallotVote> Votes) : GossipMessage
{
    internal override GossipMessageKind Kind => GossipMessageKind.BallotVotes;
}
