namespace Consensus.Engine;

/// <summary>
/// Tells the loop that a command was committed to no effect: its session was gone, or its number beyond the session's window. What that
/// means for its caller depends on how often it was proposed, which the loop alone knows.
/// </summary>
internal sealed record CommandWithoutEffect(PendingCommand Command, RefusalReason Reason);
