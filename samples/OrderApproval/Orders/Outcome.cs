using Consensus;
using Consensus.Replication.Workflow;

namespace OrderApproval.Orders;

/// <summary>How a request ended. What may happen every day is a value, and no exception.</summary>
internal abstract record Outcome
{
    /// <summary>This is the order now.</summary>
    internal sealed record Found(Order Order) : Outcome;

    /// <summary>There is no such order.</summary>
    internal sealed record Missing : Outcome;

    /// <summary>The rules do not allow it. Nothing was changed.</summary>
    internal sealed record Rejected(WorkflowRejection Reason, string Detail) : Outcome;

    /// <summary>The group did not take it: it has had, and will have, no effect.</summary>
    internal sealed record Unanswered(RefusalReason Reason) : Outcome;

    /// <summary>Nobody knows whether it took effect.</summary>
    internal sealed record Unknown : Outcome;
}
