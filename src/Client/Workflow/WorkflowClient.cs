using System.Text.Json;
using Consensus.Client.Calls;
using Consensus.Client.Json;
using Consensus.Client.Sessions;
using Consensus.Client.Workflow;

namespace Consensus.Client;

/// <summary>
/// The workflow machine of a cluster: the same calls, with the same outcomes, as its <c>WorkflowStore</c> offers to a program that embeds a
/// node, as far as the HTTP API has them. Safe to use from any number of threads.
/// </summary>
public sealed partial class WorkflowClient
{
    private readonly ApiReader _reader;
    private readonly SessionWriter _writer;

    internal WorkflowClient(ApiReader reader, SessionWriter writer) => (_reader, _writer) = (reader, writer);

    /// <summary>Opens a case that brings its own state graph.</summary>
    /// <param name="id">An id that no case has.</param>
    /// <param name="graph">The states it may take and the steps between them.</param>
    /// <param name="properties">Its first properties.</param>
    /// <param name="options">How the command is proposed.</param>
    /// <param name="cancellationToken">Stops the waiting. The command may still take effect.</param>
    public ValueTask<WorkflowResult> CreateCaseAsync(
        string id, CaseGraph graph, IEnumerable<Property>? properties = null, ProposeOptions options = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return CreateAsync(new CreateCase(id) { Graph = graph, Properties = [.. properties ?? []] }, options, cancellationToken);
    }

    /// <summary>Opens a case whose state graph is deployed under a name.</summary>
    /// <inheritdoc cref="CreateCaseAsync(string, CaseGraph, IEnumerable{Property}?, ProposeOptions, CancellationToken)"/>
    public ValueTask<WorkflowResult> CreateCaseAsync(
        string id, string deployedGraph, IEnumerable<Property>? properties = null, ProposeOptions options = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(deployedGraph);
        return CreateAsync(new CreateCase(id) { DeployedGraph = deployedGraph, Properties = [.. properties ?? []] }, options, cancellationToken);
    }

    /// <summary>Moves a case to another state, and changes its properties with it.</summary>
    /// <param name="id">The case.</param>
    /// <param name="toState">The state to enter.</param>
    /// <param name="changes">What happens to properties.</param>
    /// <param name="expectedRevision">The revision that the case must have; null for any.</param>
    /// <param name="options">How the command is proposed.</param>
    /// <param name="cancellationToken">Stops the waiting. The command may still take effect.</param>
    public ValueTask<WorkflowResult> UpdateCaseStateAsync(
        string id,
        string toState,
        IEnumerable<PropertyChange>? changes = null,
        ulong? expectedRevision = null,
        ProposeOptions options = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(toState);
        return UpdateAsync(id, CaseStateDocument.Of(toState, changes, expectedRevision), options, cancellationToken);
    }

    /// <summary>Changes properties of a case and leaves its state alone; no policy is asked.</summary>
    /// <inheritdoc cref="UpdateCaseStateAsync"/>
    public ValueTask<WorkflowResult> UpdateCasePropertiesAsync(
        string id,
        IEnumerable<PropertyChange> changes,
        ulong? expectedRevision = null,
        ProposeOptions options = default,
        CancellationToken cancellationToken = default) =>
        UpdateAsync(id, CaseStateDocument.Of(null, changes, expectedRevision), options, cancellationToken);

    /// <summary>Forgets a case that has ended.</summary>
    public ValueTask<WorkflowResult> RemoveCaseAsync(string id, ProposeOptions options = default, CancellationToken cancellationToken = default) =>
        RemoveAsync(RecordPath.Cases, id, options, cancellationToken);

    /// <summary>Deploys a state graph under its name.</summary>
    public ValueTask<WorkflowResult> DefineGraphAsync(CaseGraph graph, ProposeOptions options = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (RecordPath.Check(RecordPath.Graphs, graph.Name) is { Rejection: not WorkflowRejection.None } rejected)
        {
            return new(Rejected(rejected));
        }

        var call = new ApiCall(HttpMethod.Put, RecordPath.Of(RecordPath.Graphs, graph.Name))
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(graph, WireJson.Default.CaseGraph),
            ContentType = ApiCall.Json,
        };
        return WriteAsync(call, options, cancellationToken);
    }

    /// <summary>Takes a deployed state graph away; cases that have it keep it.</summary>
    public ValueTask<WorkflowResult> RemoveGraphAsync(string name, ProposeOptions options = default, CancellationToken cancellationToken = default) =>
        RemoveAsync(RecordPath.Graphs, name, options, cancellationToken);

    /// <summary>Puts a policy in force, in place of an earlier one with its name.</summary>
    public ValueTask<WorkflowResult> ApplyPolicyAsync(Policy policy, ProposeOptions options = default, CancellationToken cancellationToken = default) =>
        PostAsync("v1/policies", JsonSerializer.SerializeToUtf8Bytes(policy, WireJson.Default.Policy), options, cancellationToken);

    /// <summary>Takes a policy out of force.</summary>
    public ValueTask<WorkflowResult> RemovePolicyAsync(string name, ProposeOptions options = default, CancellationToken cancellationToken = default) =>
        RemoveAsync(RecordPath.Policies, name, options, cancellationToken);

    /// <summary>Deploys an overlay, all of it or nothing.</summary>
    public ValueTask<WorkflowResult> DeployOverlayAsync(Overlay overlay, ProposeOptions options = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(overlay);
        var document = new OverlayDocument(overlay.Name, overlay.Version, [.. overlay.Elements.Select(OverlayElementDocument.Of)]);
        return PostAsync("v1/overlays", JsonSerializer.SerializeToUtf8Bytes(document, WireJson.Default.OverlayDocument), options, cancellationToken);
    }

    /// <summary>Runs a custom operation.</summary>
    /// <param name="operation">The name that it is registered under on every replica.</param>
    /// <param name="payload">What it is given.</param>
    /// <param name="options">How the command is proposed.</param>
    /// <param name="cancellationToken">Stops the waiting. The command may still take effect.</param>
    public ValueTask<WorkflowResult> CustomAsync(
        string operation, ReadOnlyMemory<byte> payload = default, ProposeOptions options = default, CancellationToken cancellationToken = default)
    {
        if (RecordPath.Check(RecordPath.Operations, operation) is { Rejection: not WorkflowRejection.None } rejected)
        {
            return new(Rejected(rejected));
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(new OperationDocument(new Blob(payload)), WireJson.Default.OperationDocument);
        return PostAsync(RecordPath.Of(RecordPath.Operations, operation), body, options, cancellationToken);
    }

    private ValueTask<WorkflowResult> CreateAsync(CreateCase command, ProposeOptions options, CancellationToken cancellationToken) => PostAsync(
        "v1/cases", JsonSerializer.SerializeToUtf8Bytes(CreateCaseDocument.Of(command), WireJson.Default.CreateCaseDocument), options, cancellationToken);

    private ValueTask<WorkflowResult> UpdateAsync(string id, CaseStateDocument document, ProposeOptions options, CancellationToken cancellationToken) =>
        RecordPath.Check(RecordPath.Cases, id) is { Rejection: not WorkflowRejection.None } rejected
            ? new(Rejected(rejected))
            : PostAsync(
                $"{RecordPath.Of(RecordPath.Cases, id)}/state",
                JsonSerializer.SerializeToUtf8Bytes(document, WireJson.Default.CaseStateDocument),
                options,
                cancellationToken);

    private ValueTask<WorkflowResult> RemoveAsync(string collection, string name, ProposeOptions options, CancellationToken cancellationToken) =>
        RecordPath.Check(collection, name) is { Rejection: not WorkflowRejection.None } rejected
            ? new(Rejected(rejected))
            : WriteAsync(new ApiCall(HttpMethod.Delete, RecordPath.Of(collection, name)), options, cancellationToken);

    private ValueTask<WorkflowResult> PostAsync(string path, byte[] body, ProposeOptions options, CancellationToken cancellationToken) =>
        WriteAsync(new ApiCall(HttpMethod.Post, path) { Body = body, ContentType = ApiCall.Json }, options, cancellationToken);

    private async ValueTask<WorkflowResult> WriteAsync(ApiCall call, ProposeOptions options, CancellationToken cancellationToken)
    {
        var result = await _writer.WriteAsync(call, options, cancellationToken).ConfigureAwait(false);
        if (result.IsSuccess)
        {
            var document = result.Answer!.Read(WireJson.Default.AcceptedDocument);
            return new WorkflowResult(
                ProposeStatus.Applied, RefusalReason.None, new LogIndex(document.Index), WorkflowRejection.None, "", document.Revision, document.Result?.Bytes ?? default);
        }

        if (!result.IsUnknown && RejectionOf(result) is var rejection && rejection != WorkflowRejection.None)
        {
            return Rejected((rejection, result.Detail)) with { Index = new LogIndex(result.Problem!.Index ?? 0) };
        }

        var (status, refusal) = result.ToFailure();
        return new WorkflowResult(status, refusal, LogIndex.Zero, WorkflowRejection.None, result.Detail, null, default);
    }

    private static WorkflowResult Rejected((WorkflowRejection Rejection, string Detail) verdict) =>
        new(ProposeStatus.Rejected, RefusalReason.None, LogIndex.Zero, verdict.Rejection, verdict.Detail, null, default);

    private static WorkflowRejection RejectionOf(in CallResult result) => result.Answer?.Problem is { Rejection.Length: > 0 } problem
        ? WireNames.Parse(problem.Rejection, WorkflowRejection.Other)
        : WorkflowRejection.None;
}
