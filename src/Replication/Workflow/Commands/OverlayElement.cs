namespace Consensus.Replication.Workflow;

/// <summary>A command that may also be part of an overlay.</summary>
public abstract record OverlayElement : WorkflowCommand
{
    private protected OverlayElement()
    {
    }

    /// <summary>What it is and about whom, for the detail of a rejection. Only asked once the names are known to be valid.</summary>
    internal abstract string Label { get; }
}
