namespace Consensus.Client.Calls;

/// <summary>What became of sending a call once.</summary>
/// <param name="Answer">The node's answer, or none.</param>
/// <param name="Failure">Why there is none.</param>
/// <param name="WasSent">Whether the node may have seen it.</param>
/// <param name="IsFinal">Whether to send it again would fail alike.</param>
/// <param name="IsLate">Whether there is none because the time for it was over.</param>
internal readonly record struct Attempt(ApiAnswer? Answer, string Failure, bool WasSent, bool IsFinal = false, bool IsLate = false);
