using Consensus.Cryptography;

namespace Consensus.Gossip;

/// <summary>A voter has signed both votes. The two signatures prove it to everybody who knows the ballot.</summary>
/// <param name="Ballot">In which.</param>
/// <param name="Voter">Who.</param>
/// <param name="For">The vote for.</param>
/// <param name="Against">The vote against.</param>
public sealed record VoterEquivocated(Ballot Ballot, NodeId Voter, Signature For, Signature Against) : GossipEvent;
