using Consensus.Replication.Workflow;

namespace OrderApproval.Orders;

/// <summary>An order as callers see it.</summary>
internal sealed record Order(string Id, string State, long Amount, IReadOnlyList<string> ApprovedBy, string? RejectedBy, ulong Revision)
{
    public static Order From(Case found) => new(
        found.Id,
        found.State,
        long.Parse(found[OrderRules.Amount]!.Value.Text),
        [.. new[] { found[OrderRules.FirstApproval], found[OrderRules.SecondApproval] }.OfType<PropertyValue>().Select(approval => approval.Text)],
        found[OrderRules.RejectedBy]?.Text,
        found.Revision);
}
