namespace Consensus.Replication.Workflow;

/// <content>Reads: of one record, and of lists in the order of their names' UTF-8 bytes.</content>
public sealed partial class WorkflowStore
{
    /// <summary>Reads a case.</summary>
    public ValueTask<WorkflowRead<Case>> GetCaseAsync(
        string id, ReadConsistency consistency = ReadConsistency.Linearizable, CancellationToken cancellationToken = default) =>
        GetAsync(RecordKind.Case, id, CaseCodec.Read, consistency, cancellationToken);

    /// <summary>Lists the cases whose id begins with a prefix.</summary>
    /// <param name="prefix">What the ids begin with; empty for all cases.</param>
    /// <param name="limit">The most cases of this page: 1 to <see cref="WorkflowLimits.PageMax"/>. Pages that get long end earlier.</param>
    /// <param name="after">Only cases whose id comes after this one; empty for the first page.</param>
    /// <param name="consistency">Whether the barrier is waited for.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public ValueTask<WorkflowRead<WorkflowPage<Case>>> ListCasesAsync(
        string prefix = "",
        int limit = 100,
        string after = "",
        ReadConsistency consistency = ReadConsistency.Linearizable,
        CancellationToken cancellationToken = default) =>
        ListAsync(RecordKind.Case, prefix, limit, after, CaseCodec.Read, consistency, cancellationToken);

    /// <summary>Reads the state graph that a case was created with.</summary>
    public async ValueTask<WorkflowRead<CaseGraph>> GetGraphOfCaseAsync(
        string id, ReadConsistency consistency = ReadConsistency.Linearizable, CancellationToken cancellationToken = default)
    {
        if (NameRule.CheckCaseId(id) is { IsAccepted: false } verdict)
        {
            return new(RefusalReason.None, verdict.Rejection, LogIndex.Zero, default);
        }

        var query = StartMessage();
        WorkflowQueryCodec.WriteGraphOfCase(query, id);
        var result = await consensus.QueryAsync(query.WrittenMemory, consistency, cancellationToken).ConfigureAwait(false);
        return WorkflowQueryCodec.ReadAnswer(result, CaseGraphCodec.Read);
    }

    /// <summary>Counts the cases in a state, over all cases whose graph has the name.</summary>
    public async ValueTask<WorkflowRead<ulong>> CountCasesAsync(
        string graph, string state, ReadConsistency consistency = ReadConsistency.Linearizable, CancellationToken cancellationToken = default)
    {
        if (!NameRule.Check("a graph", graph).IsAccepted || !NameRule.Check("a state", state).IsAccepted)
        {
            return new(RefusalReason.None, WorkflowRejection.InvalidName, LogIndex.Zero, default);
        }

        var query = StartMessage();
        WorkflowQueryCodec.WriteCount(query, graph, state);
        var result = await consensus.QueryAsync(query.WrittenMemory, consistency, cancellationToken).ConfigureAwait(false);
        return WorkflowQueryCodec.ReadAnswer(result, (ref reader) => reader.ReadUInt64());
    }

    /// <summary>Reads a deployed state graph.</summary>
    public ValueTask<WorkflowRead<CaseGraph>> GetGraphAsync(
        string name, ReadConsistency consistency = ReadConsistency.Linearizable, CancellationToken cancellationToken = default) =>
        GetAsync(RecordKind.Graph, name, CaseGraphCodec.Read, consistency, cancellationToken);

    /// <summary>Lists deployed state graphs.</summary>
    /// <inheritdoc cref="ListCasesAsync"/>
    public ValueTask<WorkflowRead<WorkflowPage<CaseGraph>>> ListGraphsAsync(
        string prefix = "",
        int limit = 100,
        string after = "",
        ReadConsistency consistency = ReadConsistency.Linearizable,
        CancellationToken cancellationToken = default) =>
        ListAsync(RecordKind.Graph, prefix, limit, after, CaseGraphCodec.Read, consistency, cancellationToken);

    /// <summary>Reads a policy.</summary>
    public ValueTask<WorkflowRead<Policy>> GetPolicyAsync(
        string name, ReadConsistency consistency = ReadConsistency.Linearizable, CancellationToken cancellationToken = default) =>
        GetAsync(RecordKind.Policy, name, PolicyCodec.Read, consistency, cancellationToken);

    /// <summary>Lists policies, in the order in which they are asked.</summary>
    /// <inheritdoc cref="ListCasesAsync"/>
    public ValueTask<WorkflowRead<WorkflowPage<Policy>>> ListPoliciesAsync(
        string prefix = "",
        int limit = 100,
        string after = "",
        ReadConsistency consistency = ReadConsistency.Linearizable,
        CancellationToken cancellationToken = default) =>
        ListAsync(RecordKind.Policy, prefix, limit, after, PolicyCodec.Read, consistency, cancellationToken);

    /// <summary>Reads an overlay in the version deployed last.</summary>
    public ValueTask<WorkflowRead<DeployedOverlay>> GetOverlayAsync(
        string name, ReadConsistency consistency = ReadConsistency.Linearizable, CancellationToken cancellationToken = default) =>
        GetAsync(RecordKind.Overlay, name, OverlayCodec.ReadDeployed, consistency, cancellationToken);

    /// <summary>Lists overlays.</summary>
    /// <inheritdoc cref="ListCasesAsync"/>
    public ValueTask<WorkflowRead<WorkflowPage<DeployedOverlay>>> ListOverlaysAsync(
        string prefix = "",
        int limit = 100,
        string after = "",
        ReadConsistency consistency = ReadConsistency.Linearizable,
        CancellationToken cancellationToken = default) =>
        ListAsync(RecordKind.Overlay, prefix, limit, after, OverlayCodec.ReadDeployed, consistency, cancellationToken);

    private async ValueTask<WorkflowRead<T>> GetAsync<T>(
        RecordKind kind, string name, WorkflowQueryCodec.Reading<T> read, ReadConsistency consistency, CancellationToken cancellationToken)
    {
        var verdict = kind == RecordKind.Case ? NameRule.CheckCaseId(name) : NameRule.Check("a record", name);
        if (!verdict.IsAccepted)
        {
            return new(RefusalReason.None, verdict.Rejection, LogIndex.Zero, default);
        }

        var query = StartMessage();
        WorkflowQueryCodec.WriteGet(query, kind, name);
        var result = await consensus.QueryAsync(query.WrittenMemory, consistency, cancellationToken).ConfigureAwait(false);
        return WorkflowQueryCodec.ReadAnswer(result, read);
    }

    private async ValueTask<WorkflowRead<WorkflowPage<T>>> ListAsync<T>(
        RecordKind kind, string prefix, int limit, string after, WorkflowQueryCodec.Reading<T> read, ReadConsistency consistency, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        if (!NameRule.IsPrefix(prefix, WorkflowLimits.CaseIdBytesMax) || !NameRule.IsPrefix(after, WorkflowLimits.CaseIdBytesMax))
        {
            return new(RefusalReason.None, kind == RecordKind.Case ? WorkflowRejection.InvalidCaseId : WorkflowRejection.InvalidName, LogIndex.Zero, default);
        }

        var query = StartMessage();
        WorkflowQueryCodec.WriteList(query, kind, prefix, limit, after);
        var result = await consensus.QueryAsync(query.WrittenMemory, consistency, cancellationToken).ConfigureAwait(false);
        return WorkflowQueryCodec.ReadAnswer(result, (ref reader) => WorkflowQueryCodec.ReadPage(ref reader, read));
    }
}
