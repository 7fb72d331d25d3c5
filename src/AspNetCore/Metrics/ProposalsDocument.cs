namespace Consensus.AspNetCore.Metrics;

/// <summary>The proposals of a node's callers since its start: each is in <c>submitted</c>, and in one of those by which it ended.</summary>
/// <param name="Submitted">All of them.</param>
/// <param name="Committed">Committed.</param>
/// <param name="Rejected">Of those committed: rejected by the state machine.</param>
/// <param name="Refused">Not accepted by the group, with no effect.</param>
/// <param name="RefusedBecause">How often for each reason; reasons that did not occur are left out.</param>
/// <param name="Unknown">Ended without its outcome being known.</param>
/// <param name="Abandoned">Its caller went away before it was committed.</param>
/// <param name="Waiting">Under way.</param>
internal sealed record ProposalsDocument(
    long Submitted, long Committed, long Rejected, long Refused, IReadOnlyDictionary<string, long> RefusedBecause, long Unknown, long Abandoned, long Waiting);
