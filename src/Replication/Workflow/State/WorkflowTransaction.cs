namespace Consensus.Replication.Workflow;

/// <summary>A stretch of writes that is taken back unless it is committed: also when an exception leaves it.</summary>
internal ref struct WorkflowTransaction
{
    private readonly WorkflowState _state;
    private bool _isCommitted;

    public WorkflowTransaction(WorkflowState state)
    {
        _state = state;
        state.Begin();
    }

    public void Commit()
    {
        _state.Commit();
        _isCommitted = true;
    }

    public readonly void Dispose()
    {
        if (!_isCommitted)
        {
            _state.RollBack();
        }
    }
}
