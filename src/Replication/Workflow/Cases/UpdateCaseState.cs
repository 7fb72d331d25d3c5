using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>Moves a case to another state, changes its properties, or both at once.</summary>
/// <param name="Id">The case.</param>
/// <param name="To">The state to enter; null leaves the state alone, and then no policy is asked.</param>
public sealed record UpdateCaseState(string Id, string? To) : OverlayElement
{
    internal const int Fields = 4;

    /// <summary>What happens to properties.</summary>
    public ValueList<PropertyChange> Changes { get; init; }

    /// <summary>The revision that the case must have; null for any.</summary>
    public ulong? ExpectedRevision { get; init; }

    internal override string Label => $"UpdateCaseState '{Id}'";

    internal static UpdateCaseState Read(ref MessagePackReader reader) => new(FieldCodec.ReadText(ref reader), FieldCodec.ReadTextOrNil(ref reader))
    {
        Changes = PropertyCodec.ReadChanges(ref reader),
        ExpectedRevision = FieldCodec.ReadNumberOrNil(ref reader),
    };

    internal override void Write(ref MessagePackWriter writer)
    {
        WorkflowCommandCodec.WriteHeader(ref writer, CommandKind.UpdateCaseState, Fields);
        writer.Write(Id);
        writer.Write(To);
        PropertyCodec.Write(ref writer, Changes);
        FieldCodec.WriteOrNil(ref writer, ExpectedRevision);
    }

    internal override WorkflowVerdict Check(WorkflowLimits limits)
    {
        var verdict = NameRule.CheckCaseId(Id);
        verdict = verdict.IsAccepted && To is not null ? NameRule.Check("a state", To) : verdict;
        return verdict.IsAccepted ? PropertyRule.Check(Changes, limits) : verdict;
    }

    internal override WorkflowAnswer Apply(WorkflowEngine engine, in CommandContext context) => engine.Cases.Update(this, context.Time);
}
