using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>Takes a policy out of force.</summary>
public sealed record RemovePolicy(string Name) : OverlayElement
{
    internal const int Fields = 1;

    internal override string Label => $"RemovePolicy '{Name}'";

    internal static RemovePolicy Read(ref MessagePackReader reader) => new(FieldCodec.ReadText(ref reader));

    internal override void Write(ref MessagePackWriter writer)
    {
        WorkflowCommandCodec.WriteHeader(ref writer, CommandKind.RemovePolicy, Fields);
        writer.Write(Name);
    }

    internal override WorkflowVerdict Check(WorkflowLimits limits) => NameRule.Check("a policy", Name);

    internal override WorkflowAnswer Apply(WorkflowEngine engine, in CommandContext context)
    {
        if (!engine.State.Has(WorkflowArea.Policy, Name))
        {
            return WorkflowAnswer.Reject(WorkflowRejection.PolicyNotFound, $"There is no policy '{Name}'.");
        }

        engine.State.Remove(WorkflowArea.Policy, Name);
        return WorkflowAnswer.Accepted;
    }
}
