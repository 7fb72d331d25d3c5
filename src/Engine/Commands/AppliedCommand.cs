namespace Consensus.Engine;

/// <summary>What became of a committed command entry.</summary>
/// <param name="Request">The session and number that it carried.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Index">The entry at which it took effect: for a retry, that of the first time.</param>
/// <param name="Result">The state machine's answer; valid until the next entry is applied.</param>
public readonly record struct AppliedCommand(RequestId Request, CommandOutcome Outcome, LogIndex Index, ReadOnlyMemory<byte> Result);
