namespace Consensus.Engine;

/// <summary>Tells the loop that a command was committed whose caller waits for more than that.</summary>
/// <param name="Command">The command.</param>
/// <param name="Result">What the caller gets when it is certified.</param>
internal sealed record CommandToCertify(PendingCommand Command, ProposeResult Result);
