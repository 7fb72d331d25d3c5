using Consensus.Replication.Workflow;

namespace OrderApproval.Orders;

/// <summary>Which ways an order may go. The group keeps the rules itself, so that no instance can have others.</summary>
internal static class OrderRules
{
    public const string Graph = "order";
    public const string Submitted = "Submitted";
    public const string Seconded = "Seconded";
    public const string Approved = "Approved";
    public const string Rejected = "Rejected";

    public const string Amount = "amount";
    public const string FirstApproval = "first-approval";
    public const string SecondApproval = "second-approval";
    public const string RejectedBy = "rejected-by";

    /// <summary>Up to this sum one approval is enough.</summary>
    private const long OneApprovalMax = 1000;

    /// <summary>Graph and policy, deployed as one. To change them, raise the version: the highest one that was ever deployed is in force.</summary>
    public static Overlay Overlay { get; } = new("order-rules", Version: 1,
    [
        new DefineGraph(CaseGraph.Start(Graph, Submitted)
            .Allow(Submitted, Approved)
            .Allow(Submitted, Seconded)
            .Allow(Submitted, Rejected)
            .Allow(Seconded, Approved)
            .Allow(Seconded, Rejected)
            .End(Approved, Rejected)),
        new ApplyPolicy(new Policy("two-approvals-above-1000")
        {
            Graph = Graph,
            From = [Submitted],
            To = [Approved],
            Requires = [new PropertyNumber(Amount, PropertyComparison.LessOrEqual, OneApprovalMax)],
        }),
    ]);
}
