namespace Consensus.Gossip;

/// <summary>What an agent has seen of the voters' signed votes: each voter is in one of the three numbers, or in none.</summary>
/// <param name="For">Voters of whom only votes for are known.</param>
/// <param name="Against">Voters of whom only votes against are known.</param>
/// <param name="Both">Voters that have signed both: they lie, and count for nothing.</param>
public readonly record struct VoteTally(int For, int Against, int Both);
