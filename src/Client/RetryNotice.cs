namespace Consensus.Client;

/// <summary>A call was not answered as hoped, and is about to be sent again.</summary>
/// <param name="Failures">What each node that was asked last said, or why it said nothing.</param>
/// <param name="Attempts">How often it was sent so far.</param>
/// <param name="Elapsed">For how long it has been tried.</param>
/// <param name="Remaining">For how long it will be tried.</param>
public readonly record struct RetryNotice(string Failures, int Attempts, TimeSpan Elapsed, TimeSpan Remaining);
