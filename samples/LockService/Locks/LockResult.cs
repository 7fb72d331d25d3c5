namespace Consensus.Samples.Locks;

/// <summary>How a command on locks ended.</summary>
/// <param name="Status">What the group says.</param>
/// <param name="Refusal">Why the group refused it, if it did.</param>
/// <param name="Answer">What the machine says, if the command was committed.</param>
public sealed record LockResult(ProposeStatus Status, RefusalReason Refusal, LockAnswer? Answer);
