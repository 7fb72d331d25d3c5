using Consensus.Cryptography;

namespace Consensus.Gossip;

/// <summary>Somebody who may vote.</summary>
/// <param name="Id">Who.</param>
/// <param name="Key">With what the votes are checked.</param>
public readonly record struct BallotVoter(NodeId Id, PublicKey Key);
