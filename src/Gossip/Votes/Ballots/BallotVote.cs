using Consensus.Cryptography;

namespace Consensus.Gossip;

/// <summary>A signed vote.</summary>
/// <param name="Voter">The voter's place in <see cref="Ballot.Voters"/>, from 0.</param>
/// <param name="IsFor">What it says.</param>
/// <param name="Signature">The voter's: see <see cref="Ballot.Sign"/>.</param>
public readonly record struct BallotVote(int Voter, bool IsFor, Signature Signature);
