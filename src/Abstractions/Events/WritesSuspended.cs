namespace Consensus;

/// <summary>The disk is full: commands are refused, and reads that need entries there is no space for; other reads go on.</summary>
/// <param name="Detail">Which folder, and how much is needed.</param>
public sealed record WritesSuspended(string Detail) : ConsensusEvent;
