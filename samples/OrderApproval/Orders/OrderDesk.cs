using Consensus;
using Consensus.Replication.Workflow;

namespace OrderApproval.Orders;

/// <summary>What people do with orders.</summary>
/// <remarks>
/// Each step names the revision that it decided upon. If anybody on any instance was quicker, the group rejects it, and nobody's decision is
/// overwritten. A decision that was taken already is not taken again, so that a caller who got no answer can just ask once more.
/// </remarks>
internal sealed class OrderDesk(WorkflowStore workflow)
{
    /// <summary>The order as it is now: nothing that was acknowledged before, on whatever instance, is missing.</summary>
    public async Task<Outcome> FindAsync(string id, CancellationToken cancellationToken)
    {
        var read = await workflow.GetCaseAsync(id, cancellationToken: cancellationToken);
        return read switch
        {
            { IsAnswered: false } => new Outcome.Unanswered(read.Refusal),
            { Value: null } => new Outcome.Missing(),
            { Value: { } found } => new Outcome.Found(Order.From(found)),
        };
    }

    public async Task<Outcome> SubmitAsync(string id, long amount, CancellationToken cancellationToken)
    {
        var created = await workflow.CreateCaseAsync(id, OrderRules.Graph, [new(OrderRules.Amount, $"{amount}")], cancellationToken: cancellationToken);
        var outcome = await AfterAsync(id, created, cancellationToken);
        return outcome is Outcome.Rejected { Reason: WorkflowRejection.CaseExists }
            && await FindAsync(id, cancellationToken) is Outcome.Found { Order: var there } same
            && there.Amount == amount
                ? same
                : outcome;
    }

    public Task<Outcome> ApproveAsync(string id, string by, CancellationToken cancellationToken) => DecideAsync(id, async order =>
    {
        if (order.ApprovedBy.Contains(by, StringComparer.Ordinal))
        {
            return null;
        }

        if (order.State == OrderRules.Seconded)
        {
            return await MoveAsync(order, OrderRules.Approved, OrderRules.SecondApproval, by, cancellationToken);
        }

        // Whether one approval is enough is the policy's to say, which an operator may have changed since this was compiled.
        var approved = await MoveAsync(order, OrderRules.Approved, OrderRules.FirstApproval, by, cancellationToken);
        return approved.Rejection == WorkflowRejection.TransitionVetoed
            ? await MoveAsync(order, OrderRules.Seconded, OrderRules.FirstApproval, by, cancellationToken)
            : approved;
    }, cancellationToken);

    public Task<Outcome> RejectAsync(string id, string by, CancellationToken cancellationToken) => DecideAsync(
        id,
        async order => order.RejectedBy == by ? null : await MoveAsync(order, OrderRules.Rejected, OrderRules.RejectedBy, by, cancellationToken),
        cancellationToken);

    private async Task<Outcome> DecideAsync(string id, Func<Order, Task<WorkflowResult?>> decide, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) is var outcome && outcome is Outcome.Found { Order: var order } && await decide(order) is { } result
            ? await AfterAsync(id, result, cancellationToken)
            : outcome;

    private async Task<WorkflowResult> MoveAsync(Order order, string to, string role, string by, CancellationToken cancellationToken) =>
        await workflow.UpdateCaseStateAsync(order.Id, to, [PropertyChange.Set(role, by)], order.Revision, cancellationToken: cancellationToken);

    private async Task<Outcome> AfterAsync(string id, WorkflowResult result, CancellationToken cancellationToken) => result.Status switch
    {
        ProposeStatus.Applied => await FindAsync(id, cancellationToken),
        ProposeStatus.Rejected => new Outcome.Rejected(result.Rejection, result.Detail),
        ProposeStatus.Refused => new Outcome.Unanswered(result.Refusal),
        ProposeStatus.Unknown => new Outcome.Unknown(),
    };
}
