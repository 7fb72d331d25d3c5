namespace Consensus;

/// <summary>The reader fell behind, and events were dropped.</summary>
/// <param name="Count">How many.</param>
public sealed record EventsLost(long Count) : ConsensusEvent;
