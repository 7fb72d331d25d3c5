namespace Consensus.Cli.Demo.Load;

/// <summary>How one attempt at an operation ended.</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Refusal">Why the cluster refused it, if it did.</param>
/// <param name="Detail">Why the state machine rejected it, if it did.</param>
internal readonly record struct DeskAnswer(ProposeStatus Status, RefusalReason Refusal, string Detail);
