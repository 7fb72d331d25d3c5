using System.Collections.Immutable;

namespace Consensus.Gossip.Messages;

/// <summary>"These votes of a ballot I know": whoever knows others tells them.</summary>
/// <param name="Ballot">Its id.</param>
/// <param name="For">A bit for each voter of whom a vote for is known.</param>
/// <param name="Against">A bit for each voter of whom a vote against is known.</param>
/// <param name="IsAnswer">Whether it answers another one: then nobody answers with one of his own.</param>
internal sealed record BallotDigest(Digest Ballot, ImmutableArray<byte> For, ImmutableArray<byte> Against, bool IsAnswer) : GossipMessage
{
    internal override GossipMessageKind Kind => GossipMessageKind.BallotDigest;
}
