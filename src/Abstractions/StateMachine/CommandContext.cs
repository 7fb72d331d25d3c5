namespace Consensus;

/// <summary>What a state machine is told about a command beside its bytes.</summary>
/// <param name="Index">The command's position in the log.</param>
/// <param name="Time">The time that the log carries: never goes back from one command to the next.</param>
/// <param name="Request">The session and number of the command.</param>
public readonly record struct CommandContext(LogIndex Index, Timestamp Time, RequestId Request);
