using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;
using Consensus.Client.Calls;
using Consensus.Client.Json;
using Consensus.Client.Workflow;

namespace Consensus.Client;

/// <content>Reads: of one record, and of lists in the order of their names' UTF-8 bytes.</content>
public sealed partial class WorkflowClient
{
    /// <summary>Reads a case.</summary>
    public ValueTask<WorkflowRead<Case>> GetCaseAsync(
        string id, ReadConsistency consistency = ReadConsistency.Linearizable, CancellationToken cancellationToken = default) =>
        GetAsync(RecordPath.Cases, id, WireJson.Default.CaseDocument, document => document.ToCase(), consistency, cancellationToken);

    /// <summary>Lists the cases whose id begins with a prefix.</summary>
    /// <param name="prefix">What the ids begin with; empty for all cases.</param>
    /// <param name="limit">The most cases of this page; pages that get long end earlier.</param>
    /// <param name="after">Only cases whose id comes after this one; empty for the first page.</param>
    /// <param name="consistency">How current the answer must be.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public ValueTask<WorkflowRead<WorkflowPage<Case>>> ListCasesAsync(
        string prefix = "",
        int limit = 100,
        string after = "",
        ReadConsistency consistency = ReadConsistency.Linearizable,
        CancellationToken cancellationToken = default) =>
        ListAsync(RecordPath.Cases, prefix, limit, after, WireJson.Default.PageDocumentCaseDocument, document => document.ToCase(), consistency, cancellationToken);

    /// <summary>
    /// Lists all cases whose id begins with a prefix, page by page. The last page is the one without more behind it, or one that was not
    /// answered, which says why.
    /// </summary>
    /// <param name="prefix">What the ids begin with; empty for all cases.</param>
    /// <param name="pageSize">The most cases of a page.</param>
    /// <param name="after">Only cases whose id comes after this one; empty for all.</param>
    /// <param name="consistency">How current each page must be.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    public async IAsyncEnumerable<WorkflowRead<WorkflowPage<Case>>> CasePagesAsync(
        string prefix = "",
        int pageSize = 100,
        string after = "",
        ReadConsistency consistency = ReadConsistency.Linearizable,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var page = await ListCasesAsync(prefix, pageSize, after, consistency, cancellationToken).ConfigureAwait(false);
            yield return page;
            if (page.Value is not { HasMore: true, Items: [.., var last] })
            {
                yield break;
            }

            after = last.Id;
        }
    }

    /// <summary>Reads a deployed state graph.</summary>
    public ValueTask<WorkflowRead<CaseGraph>> GetGraphAsync(
        string name, ReadConsistency consistency = ReadConsistency.Linearizable, CancellationToken cancellationToken = default) =>
        GetAsync(RecordPath.Graphs, name, WireJson.Default.CaseGraph, graph => graph, consistency, cancellationToken);

    /// <summary>Lists deployed state graphs.</summary>
    /// <inheritdoc cref="ListCasesAsync"/>
    public ValueTask<WorkflowRead<WorkflowPage<CaseGraph>>> ListGraphsAsync(
        string prefix = "",
        int limit = 100,
        string after = "",
        ReadConsistency consistency = ReadConsistency.Linearizable,
        CancellationToken cancellationToken = default) =>
        ListAsync(RecordPath.Graphs, prefix, limit, after, WireJson.Default.PageDocumentCaseGraph, graph => graph, consistency, cancellationToken);

    /// <summary>Lists policies, in the order in which they are asked.</summary>
    /// <inheritdoc cref="ListCasesAsync"/>
    public ValueTask<WorkflowRead<WorkflowPage<Policy>>> ListPoliciesAsync(
        string prefix = "",
        int limit = 100,
        string after = "",
        ReadConsistency consistency = ReadConsistency.Linearizable,
        CancellationToken cancellationToken = default) =>
        ListAsync(RecordPath.Policies, prefix, limit, after, WireJson.Default.PageDocumentPolicy, policy => policy, consistency, cancellationToken);

    /// <summary>Lists overlays.</summary>
    /// <inheritdoc cref="ListCasesAsync"/>
    public ValueTask<WorkflowRead<WorkflowPage<DeployedOverlay>>> ListOverlaysAsync(
        string prefix = "",
        int limit = 100,
        string after = "",
        ReadConsistency consistency = ReadConsistency.Linearizable,
        CancellationToken cancellationToken = default) => ListAsync(
            RecordPath.Overlays, prefix, limit, after, WireJson.Default.PageDocumentDeployedOverlayDocument, document => document.ToOverlay(), consistency, cancellationToken);

    private async ValueTask<WorkflowRead<T>> GetAsync<T, TDocument>(
        string collection,
        string name,
        JsonTypeInfo<TDocument> type,
        Func<TDocument, T> show,
        ReadConsistency consistency,
        CancellationToken cancellationToken)
    {
        if (RecordPath.Check(collection, name) is { Rejection: not WorkflowRejection.None } rejected)
        {
            return new WorkflowRead<T>(RefusalReason.None, rejected.Rejection, default, rejected.Detail);
        }

        var result = await _reader.GetAsync($"{RecordPath.Of(collection, name)}?{ApiReader.Query(consistency)}", cancellationToken).ConfigureAwait(false);
        return result switch
        {
            { IsSuccess: true } => new(RefusalReason.None, WorkflowRejection.None, show(result.Answer!.Read(type)), ""),
            { Problem: { Code: "not-found", Rejection: "" } } => new(RefusalReason.None, WorkflowRejection.None, default, result.Detail),
            _ => NotRead<T>(result),
        };
    }

    private async ValueTask<WorkflowRead<WorkflowPage<T>>> ListAsync<T, TDocument>(
        string collection,
        string prefix,
        int limit,
        string after,
        JsonTypeInfo<PageDocument<TDocument>> type,
        Func<TDocument, T> show,
        ReadConsistency consistency,
        CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var path = string.Create(
            CultureInfo.InvariantCulture,
            $"{collection}?prefix={Uri.EscapeDataString(prefix)}&after={Uri.EscapeDataString(after)}&limit={limit}&{ApiReader.Query(consistency)}");
        var result = await _reader.GetAsync(path, cancellationToken).ConfigureAwait(false);
        if (!result.IsSuccess)
        {
            return NotRead<WorkflowPage<T>>(result);
        }

        var page = result.Answer!.Read(type);
        return new(RefusalReason.None, WorkflowRejection.None, new WorkflowPage<T>([.. page.Items.Select(show)], page.HasMore), "");
    }

    private static WorkflowRead<T> NotRead<T>(in CallResult result)
    {
        var rejection = RejectionOf(result);
        return new(rejection == WorkflowRejection.None ? result.ToRefusal() : RefusalReason.None, rejection, default, result.Detail);
    }
}
