using Consensus.Replication.Workflow;

namespace Consensus.Replication.Tests.Workflow;

/// <summary>The kind of case that most tests use: an order that is drafted, reviewed, and approved or refused.</summary>
internal static class Samples
{
    public static readonly CaseGraph Order = CaseGraph.Start("order", "Draft")
        .Allow("Draft", "Review")
        .Allow("Review", "Draft")
        .Allow("Review", "Review")
        .Allow("Review", "Approved")
        .Allow("Review", "Refused")
        .End("Approved", "Refused");

    public static readonly Policy FourEyes = new("four-eyes") { Graph = "order", To = ["Approved"], Requires = [new PropertyExists("approver")] };

    public static CreateCase NewOrder(string id, params ReadOnlySpan<Property> properties) =>
        new(id) { Graph = Order, Properties = ValueList.Create(properties) };
}
