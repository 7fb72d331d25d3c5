using Consensus.Cli.Cluster;
using Consensus.Cli.Demo.Audit;
using Consensus.Replication.Workflow;

namespace Consensus.Cli.Demo.Load;

/// <summary>The desk at a running node.</summary>
internal sealed class CaseDesk(IConsensus consensus) : ICaseDesk
{
    private readonly WorkflowStore _store = new(consensus);

    /// <summary>The state machine that the demo's nodes replicate.</summary>
    public static IStateMachine CreateMachine() => new WorkflowStateMachine([new StampOperation()]);

    /// <summary>The desk at a node; <see langword="null"/> while it is down.</summary>
    public static CaseDesk? Of(LocalNode node) => node.Consensus is { } consensus ? new CaseDesk(consensus) : null;

    /// <inheritdoc/>
    public ValueTask<SessionResult> OpenSessionAsync(CancellationToken cancellationToken) => consensus.OpenSessionAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<DeskAnswer> CreateAsync(string caseId, OperationId operation, ProposeOptions options, CancellationToken cancellationToken) =>
        AnswerTo(await _store.CreateCaseAsync(
            caseId, CaseBlueprint.Graph, [new Property(CaseBlueprint.CreatedBy, operation.ToString())], options, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public async ValueTask<DeskAnswer> AdvanceAsync(string caseId, int step, OperationId operation, ProposeOptions options, CancellationToken cancellationToken) =>
        AnswerTo(CaseBlueprint.IsStamp(step)
            ? await _store.CustomAsync(StampOperation.OperationName, StampOperation.Payload(caseId, operation.ToString()), options, cancellationToken).ConfigureAwait(false)
            : await _store.UpdateCaseStateAsync(
                caseId,
                CaseBlueprint.StateAfter(step),
                [PropertyChange.Set(CaseBlueprint.MovedBy(step), operation.ToString())],
                expectedRevision: null,
                options,
                cancellationToken).ConfigureAwait(false));

    private static DeskAnswer AnswerTo(in WorkflowResult result) => new(result.Status, result.Refusal, result.Detail);
}
