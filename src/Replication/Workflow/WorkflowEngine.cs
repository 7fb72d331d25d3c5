namespace Consensus.Replication.Workflow;

/// <summary>What commands work with: the state and the rules around it.</summary>
internal sealed class WorkflowEngine
{
    public WorkflowEngine(WorkflowLimits limits, OperationRegistry operations)
    {
        Limits = limits;
        Operations = operations;
        State = new WorkflowState(limits);
        Graphs = new GraphStore(State);
        Policies = new PolicySet(State);
        Cases = new CaseBook(State, Graphs, Policies);
    }

    public WorkflowLimits Limits { get; }

    public OperationRegistry Operations { get; }

    public WorkflowState State { get; }

    public GraphStore Graphs { get; }

    public PolicySet Policies { get; }

    public CaseBook Cases { get; }
}
