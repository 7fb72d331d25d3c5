using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>Deploys an overlay, all of it or nothing.</summary>
public sealed record DeployOverlay(Overlay Overlay) : WorkflowCommand
{
    internal const int Fields = 1;

    internal static DeployOverlay Read(ref MessagePackReader reader) => new(OverlayCodec.Read(ref reader));

    internal override void Write(ref MessagePackWriter writer)
    {
        WorkflowCommandCodec.WriteHeader(ref writer, CommandKind.DeployOverlay, Fields);
        OverlayCodec.Write(ref writer, Overlay);
    }

    internal override WorkflowVerdict Check(WorkflowLimits limits)
    {
        var verdict = NameRule.Check("an overlay", Overlay.Name);
        if (!verdict.IsAccepted)
        {
            return verdict;
        }

        var count = Overlay.Elements.Count;
        if (Overlay.Version == 0 || count == 0 || count > limits.OverlayElementsMax)
        {
            return new(
                WorkflowRejection.InvalidOverlay,
                $"Overlay '{Overlay.Name}' has version {Overlay.Version} and {count} elements; allowed: version 1 or more, 1 to {limits.OverlayElementsMax} elements.");
        }

        for (var i = 0; i < count; i++)
        {
            verdict = Overlay.Elements[i].Check(limits);
            if (!verdict.IsAccepted)
            {
                return new(verdict.Rejection, $"Element {i} of overlay '{Overlay.Name}': {verdict.Detail}", i);
            }
        }

        return WorkflowVerdict.Accepted;
    }

    internal override WorkflowAnswer Apply(WorkflowEngine engine, in CommandContext context)
    {
        var state = engine.State;
        if (CheckVersion(state) is { IsAccepted: false } verdict)
        {
            return verdict;
        }

        using var transaction = new WorkflowTransaction(state);
        for (var i = 0; i < Overlay.Elements.Count; i++)
        {
            var element = Overlay.Elements[i];
            var answer = element.Apply(engine, context);
            if (!answer.Verdict.IsAccepted)
            {
                var detail = $"Element {i} ({element.Label}) of overlay '{Overlay.Name}': {answer.Verdict.Detail}";
                return answer with { Verdict = new(answer.Verdict.Rejection, detail, i) };
            }
        }

        if (!state.Has(WorkflowArea.Overlay, Overlay.Name))
        {
            state.AddToCount(WorkflowArea.Overlay, 1);
        }

        state.Set(WorkflowArea.Overlay, Overlay.Name, OverlayCodec.ToBytes(new DeployedOverlay(Overlay, context.Time, context.Index)));
        transaction.Commit();
        return WorkflowAnswer.Accepted;
    }

    private WorkflowVerdict CheckVersion(WorkflowState state)
    {
        if (state.TryGet(WorkflowArea.Overlay, Overlay.Name, out var deployed))
        {
            var version = OverlayCodec.ReadVersion(deployed);
            return Overlay.Version > version
                ? WorkflowVerdict.Accepted
                : new(
                    WorkflowRejection.OverlayVersionNotHigher,
                    $"Overlay '{Overlay.Name}' is deployed in version {version}; version {Overlay.Version} is not higher.");
        }

        return state.Count(WorkflowArea.Overlay) < (ulong)state.Limits.OverlaysMax
            ? WorkflowVerdict.Accepted
            : new(WorkflowRejection.TooManyOverlays, $"There are {state.Limits.OverlaysMax} overlays, as many as allowed.");
    }
}
