using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>Forgets a case that has ended. Its id may be used again.</summary>
/// <param name="Id">The case, which must be in a final state.</param>
public sealed record RemoveCase(string Id) : OverlayElement
{
    internal const int Fields = 2;

    /// <summary>The revision that the case must have; null for any.</summary>
    public ulong? ExpectedRevision { get; init; }

    internal override string Label => $"RemoveCase '{Id}'";

    internal static RemoveCase Read(ref MessagePackReader reader) => new(FieldCodec.ReadText(ref reader))
    {
        ExpectedRevision = FieldCodec.ReadNumberOrNil(ref reader),
    };

    internal override void Write(ref MessagePackWriter writer)
    {
        WorkflowCommandCodec.WriteHeader(ref writer, CommandKind.RemoveCase, Fields);
        writer.Write(Id);
        FieldCodec.WriteOrNil(ref writer, ExpectedRevision);
    }

    internal override WorkflowVerdict Check(WorkflowLimits limits) => NameRule.CheckCaseId(Id);

    internal override WorkflowAnswer Apply(WorkflowEngine engine, in CommandContext context) => engine.Cases.Remove(this);
}
