using System.Buffers;

namespace Consensus.Replication.Workflow;

/// <summary>The cases: what opens, moves and ends one. Each method first looks for every reason to reject, and only then writes.</summary>
internal sealed class CaseBook(WorkflowState state, GraphStore graphs, PolicySet policies)
{
    private readonly ArrayBufferWriter<byte> _record = new();

    public WorkflowAnswer Create(CreateCase command, ValueList<PropertyChange> additions, Timestamp now)
    {
        var limits = state.Limits;
        if (state.Has(WorkflowArea.Case, command.Id))
        {
            return WorkflowAnswer.Reject(WorkflowRejection.CaseExists, $"There is a case '{command.Id}' already.");
        }

        if (state.Count(WorkflowArea.Case) >= (ulong)limits.CasesMax)
        {
            return WorkflowAnswer.Reject(WorkflowRejection.TooManyCases, $"There are {limits.CasesMax} cases, as many as allowed.");
        }

        if (!TryFindGraph(command, out var graph))
        {
            return WorkflowAnswer.Reject(WorkflowRejection.GraphNotFound, $"No graph '{command.DeployedGraph}' is deployed.");
        }

        var initial = graph!.Graph.Initial;
        var record = new CaseRecord(graph.Digest, initial, 1, now, now, PropertyRule.Merge([], additions));
        var verdict = CheckSize(command.Id, record);
        verdict = verdict.IsAccepted ? policies.Ask(new TransitionQuestion(state, command.Id, graph.Graph.Name, "", initial, record.Properties)) : verdict;
        if (!verdict.IsAccepted)
        {
            return verdict;
        }

        graphs.Use(graph);
        state.Set(WorkflowArea.Case, command.Id, _record.WrittenSpan);
        state.AddToCount(WorkflowArea.Case, 1);
        state.AddCases(graph.Graph.Name, initial, 1);
        return new WorkflowAnswer(WorkflowVerdict.Accepted, record.Revision);
    }

    public WorkflowAnswer Update(UpdateCaseState command, Timestamp now)
    {
        if (Find(command.Id, command.ExpectedRevision, out var before) is { } rejected)
        {
            return rejected;
        }

        var graph = graphs.Get(before.Graph);
        if (graph.IsFinal(before.State))
        {
            return WorkflowAnswer.Reject(WorkflowRejection.CaseFinished, $"Case '{command.Id}' has ended in state '{before.State}'.");
        }

        if (command.To is { } to && CheckTransition(command.Id, graph, before.State, to) is { IsAccepted: false } impossible)
        {
            return impossible;
        }

        var after = before with
        {
            State = command.To ?? before.State,
            Revision = before.Revision + 1,
            UpdatedAt = now,
            Properties = PropertyRule.Merge(before.Properties, command.Changes),
        };
        var verdict = CheckSize(command.Id, after);
        if (verdict.IsAccepted && command.To is not null)
        {
            verdict = policies.Ask(new TransitionQuestion(state, command.Id, graph.Graph.Name, before.State, after.State, after.Properties));
        }

        if (!verdict.IsAccepted)
        {
            return verdict;
        }

        state.Set(WorkflowArea.Case, command.Id, _record.WrittenSpan);
        if (after.State != before.State)
        {
            state.AddCases(graph.Graph.Name, before.State, -1);
            state.AddCases(graph.Graph.Name, after.State, 1);
        }

        return new WorkflowAnswer(WorkflowVerdict.Accepted, after.Revision);
    }

    public WorkflowAnswer Remove(RemoveCase command)
    {
        if (Find(command.Id, command.ExpectedRevision, out var record) is { } rejected)
        {
            return rejected;
        }

        var graph = graphs.Get(record.Graph);
        if (!graph.IsFinal(record.State))
        {
            return WorkflowAnswer.Reject(
                WorkflowRejection.CaseNotFinished, $"Case '{command.Id}' is in state '{record.State}', which is not final.");
        }

        state.Remove(WorkflowArea.Case, command.Id);
        state.AddToCount(WorkflowArea.Case, -1);
        state.AddCases(graph.Graph.Name, record.State, -1);
        graphs.Leave(record.Graph);
        return WorkflowAnswer.Accepted;
    }

    public Case? Show(string id)
    {
        if (!state.TryGet(WorkflowArea.Case, id, out var bytes))
        {
            return null;
        }

        var record = CaseCodec.ReadRecord(bytes);
        return record.Show(id, graphs.Get(record.Graph));
    }

    private bool TryFindGraph(CreateCase command, out CompiledGraph? graph)
    {
        if (command.Graph is null)
        {
            return graphs.TryGetDeployed(command.DeployedGraph!, out graph);
        }

        graph = graphs.Prepare(command.Graph);
        return true;
    }

    private WorkflowAnswer? Find(string id, ulong? expectedRevision, out CaseRecord record)
    {
        record = null!;
        if (!state.TryGet(WorkflowArea.Case, id, out var bytes))
        {
            return WorkflowAnswer.Reject(WorkflowRejection.CaseNotFound, $"There is no case '{id}'.");
        }

        record = CaseCodec.ReadRecord(bytes);
        if (expectedRevision is { } expected && expected != record.Revision)
        {
            var detail = $"Case '{id}' has revision {record.Revision}; {expected} was expected.";
            return new WorkflowAnswer(new WorkflowVerdict(WorkflowRejection.RevisionMismatch, detail), record.Revision);
        }

        return null;
    }

    private static WorkflowVerdict CheckTransition(string id, CompiledGraph graph, string from, string to)
    {
        if (!graph.Has(to))
        {
            return new(WorkflowRejection.UnknownState, $"Graph '{graph.Graph.Name}' of case '{id}' has no state '{to}'.");
        }

        return graph.Allows(from, to)
            ? WorkflowVerdict.Accepted
            : new(WorkflowRejection.TransitionNotAllowed, $"Graph '{graph.Graph.Name}' of case '{id}' has no transition from '{from}' to '{to}'.");
    }

    /// <summary>Checks the sizes that depend on the whole case, and leaves its bytes in <see cref="_record"/>.</summary>
    private WorkflowVerdict CheckSize(string id, CaseRecord record)
    {
        var limits = state.Limits;
        if (record.Properties.Count > limits.PropertiesMax)
        {
            return new(
                WorkflowRejection.TooManyProperties,
                $"Case '{id}' would have {record.Properties.Count} properties; allowed: up to {limits.PropertiesMax}.");
        }

        _record.ResetWrittenCount();
        CaseCodec.WriteRecord(_record, record);
        return _record.WrittenCount > limits.CaseBytesMax
            ? new(WorkflowRejection.CaseTooLarge, $"Case '{id}' would have {_record.WrittenCount} bytes; allowed: up to {limits.CaseBytesMax}.")
            : WorkflowVerdict.Accepted;
    }
}
