using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>A command of the workflow machine. The set is closed; what users add are custom operations (<see cref="Custom"/>).</summary>
public abstract record WorkflowCommand
{
    private protected WorkflowCommand()
    {
    }

    /// <summary>Checks everything that can be checked without any state: on the caller's side before proposing, and again when applied.</summary>
    internal abstract WorkflowVerdict Check(WorkflowLimits limits);

    /// <summary>Applies a command that <see cref="Check"/> accepted. If it is rejected, the state is as it was.</summary>
    internal abstract WorkflowAnswer Apply(WorkflowEngine engine, in CommandContext context);

    internal abstract void Write(ref MessagePackWriter writer);
}
