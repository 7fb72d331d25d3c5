namespace Consensus.Engine;

/// <summary>The state machine has applied all entries up to <paramref name="Index"/>.</summary>
/// <param name="Index">The last applied entry.</param>
public sealed record EntriesApplied(LogIndex Index) : Input;
