using System.Buffers;
using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>A command of the workflow machine. The set is closed; what users add are custom operations (<see cref="Custom"/>).</summary>
public abstract record WorkflowCommand
{
    private protected WorkflowCommand()
    {
    }

    /// <summary>Writes the command's bytes, for those who propose it in another way than through a <see cref="WorkflowStore"/>.</summary>
    /// <exception cref="MessagePackSerializationException">A text in it is not well-formed UTF-16, and so has no encoding.</exception>
    public void WriteTo(IBufferWriter<byte> destination) => WorkflowCommandCodec.Write(destination, this);

    /// <summary>Checks everything that can be checked without any state: on the caller's side before proposing, and again when applied.</summary>
    internal abstract WorkflowVerdict Check(WorkflowLimits limits);

    /// <summary>Applies a command that <see cref="Check"/> accepted. If it is rejected, the state is as it was.</summary>
    internal abstract WorkflowAnswer Apply(WorkflowEngine engine, in CommandContext context);

    internal abstract void Write(ref MessagePackWriter writer);
}
