using System.Text.Json.Serialization.Metadata;
using Consensus.AspNetCore.Json;
using Consensus.AspNetCore.Problems;
using Consensus.AspNetCore.Requests;
using Consensus.Replication.Workflow;
using Microsoft.AspNetCore.Http;

namespace Consensus.AspNetCore.Workflow;

/// <summary>What the endpoints of the workflow machine have in common: how a command is sent, and how a record or a list is read.</summary>
internal static class WorkflowCalls
{
    private const int PageDefault = 100;

    /// <summary>The group's workflow machine.</summary>
    public static WorkflowStore StoreOf(in ApiRequest request) => request.Service<WorkflowStore>();

    /// <summary>Sends a command, and answers with its position in the log.</summary>
    public static ValueTask<IResult> ProposeAsync(ApiRequest request, WorkflowCommand command) => ProposeAsync(
        request, command, result => TypedResults.Json(new AcceptedDocument(result.Index.Value, result.Revision), ApiJson.Default.AcceptedDocument));

    /// <summary>Sends a command, and shows its result if it took effect.</summary>
    public static async ValueTask<IResult> ProposeAsync(ApiRequest request, WorkflowCommand command, Func<WorkflowResult, IResult> show)
    {
        if (!ProposalParameters.Read(request.Http.Request).Try(out var options, out var problem))
        {
            return problem;
        }

        var result = await StoreOf(request).ProposeAsync(command, options, request.Aborted).ConfigureAwait(false);
        return result.IsApplied ? show(result) : WorkflowProblems.Of(result, options);
    }

    /// <summary>Sends the command that removes what the path names.</summary>
    public static async ValueTask<IResult> RemoveAsync(ApiRequest request, string collection, Func<string, WorkflowCommand> remove) =>
        NamePath.Read(request.Http, collection).Try(out var name, out var problem)
            ? await ProposeAsync(request, remove(name)).ConfigureAwait(false)
            : problem;

    /// <summary>Answers with the record that the path names.</summary>
    public static async ValueTask<IResult> GetAsync<T, TDocument>(
        ApiRequest request,
        string collection,
        Func<string, ReadConsistency, CancellationToken, ValueTask<WorkflowRead<T>>> get,
        Func<T, TDocument> show,
        JsonTypeInfo<TDocument> type,
        Func<string, string> missing)
        where T : class
    {
        if (!NamePath.Read(request.Http, collection).Try(out var name, out var problem)
            || !QueryParameters.Consistency(request.Http.Request).Try(out var consistency, out problem))
        {
            return problem;
        }

        var read = await get(name, consistency, request.Aborted).ConfigureAwait(false);
        return read switch
        {
            { IsAnswered: false } => WorkflowProblems.Of(read.Refusal, read.Rejection),
            { Value: { } found } => TypedResults.Json(show(found), type),
            _ => ProblemType.NotFound.With(missing(name)),
        };
    }

    /// <summary>Answers with a page of a list.</summary>
    public static async ValueTask<IResult> ListAsync<T, TDocument>(
        ApiRequest request,
        Func<string, int, string, ReadConsistency, CancellationToken, ValueTask<WorkflowRead<WorkflowPage<T>>>> list,
        Func<T, TDocument> show,
        JsonTypeInfo<PageDocument<TDocument>> type)
    {
        var http = request.Http.Request;
        if (!QueryParameters.Text(http, AllowedQuery.Prefix).Try(out var prefix, out var problem)
            || !QueryParameters.Text(http, AllowedQuery.After).Try(out var after, out problem)
            || !QueryParameters.Limit(http, PageDefault, Math.Min(request.Settings.ScanEntriesMax, WorkflowLimits.PageMax)).Try(out var limit, out problem)
            || !QueryParameters.Consistency(http).Try(out var consistency, out problem))
        {
            return problem;
        }

        var read = await list(prefix, limit, after, consistency, request.Aborted).ConfigureAwait(false);
        return read is { IsAnswered: true, Value: { } page }
            ? TypedResults.Json(new PageDocument<TDocument>(read.Index.Value, [.. page.Items.Select(show)], page.HasMore), type)
            : WorkflowProblems.Of(read.Refusal, read.Rejection);
    }
}
