using System.Buffers;

namespace Consensus.Replication.Workflow;

/// <summary>
/// The workflow machine as an application sees it. Commands go through the group's log; a result says whether the group accepted the
/// command and whether the machine did.
/// </summary>
/// <remarks>
/// Safe to use from any number of threads. Expected outcomes are results, not exceptions. An answer that no workflow machine gives is a
/// <see cref="ConsensusException"/> with <see cref="ConsensusFailure.InvalidConfiguration"/>.
/// </remarks>
/// <param name="consensus">A replica of the group.</param>
/// <param name="machine">Which machine of a composite one it is; the default if it is the only one.</param>
/// <param name="limits">The bounds that the group's machines have; they are checked here first.</param>
public sealed partial class WorkflowStore(IConsensus consensus, MachineId machine = default, WorkflowLimits? limits = null)
{
    private readonly WorkflowLimits _limits = limits ?? WorkflowLimits.Default;

    /// <summary>Opens a case that brings its own state graph.</summary>
    /// <param name="id">An id that no case has.</param>
    /// <param name="graph">The states it may take and the steps between them.</param>
    /// <param name="properties">Its first properties.</param>
    /// <param name="options">How the command is proposed.</param>
    /// <param name="cancellationToken">Stops the waiting. The command may still take effect.</param>
    public ValueTask<WorkflowResult> CreateCaseAsync(
        string id, CaseGraph graph, IEnumerable<Property>? properties = null, ProposeOptions options = default, CancellationToken cancellationToken = default) =>
        ProposeAsync(new CreateCase(id) { Graph = graph, Properties = ValueList.From(properties) }, options, cancellationToken);

    /// <summary>Opens a case whose state graph is deployed under a name.</summary>
    /// <inheritdoc cref="CreateCaseAsync(string, CaseGraph, IEnumerable{Property}?, ProposeOptions, CancellationToken)"/>
    public ValueTask<WorkflowResult> CreateCaseAsync(
        string id, string deployedGraph, IEnumerable<Property>? properties = null, ProposeOptions options = default, CancellationToken cancellationToken = default) =>
        ProposeAsync(new CreateCase(id) { DeployedGraph = deployedGraph, Properties = ValueList.From(properties) }, options, cancellationToken);

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
        return ProposeAsync(
            new UpdateCaseState(id, toState) { Changes = ValueList.From(changes), ExpectedRevision = expectedRevision }, options, cancellationToken);
    }

    /// <summary>Changes properties of a case and leaves its state alone; no policy is asked.</summary>
    /// <inheritdoc cref="UpdateCaseStateAsync"/>
    public ValueTask<WorkflowResult> UpdateCasePropertiesAsync(
        string id,
        IEnumerable<PropertyChange> changes,
        ulong? expectedRevision = null,
        ProposeOptions options = default,
        CancellationToken cancellationToken = default) =>
        ProposeAsync(new UpdateCaseState(id, null) { Changes = ValueList.From(changes), ExpectedRevision = expectedRevision }, options, cancellationToken);

    /// <summary>Forgets a case that has ended.</summary>
    public ValueTask<WorkflowResult> RemoveCaseAsync(
        string id, ulong? expectedRevision = null, ProposeOptions options = default, CancellationToken cancellationToken = default) =>
        ProposeAsync(new RemoveCase(id) { ExpectedRevision = expectedRevision }, options, cancellationToken);

    /// <summary>Deploys a state graph under its name.</summary>
    public ValueTask<WorkflowResult> DefineGraphAsync(CaseGraph graph, ProposeOptions options = default, CancellationToken cancellationToken = default) =>
        ProposeAsync(new DefineGraph(graph), options, cancellationToken);

    /// <summary>Takes a deployed state graph away; cases that have it keep it.</summary>
    public ValueTask<WorkflowResult> RemoveGraphAsync(string name, ProposeOptions options = default, CancellationToken cancellationToken = default) =>
        ProposeAsync(new RemoveGraph(name), options, cancellationToken);

    /// <summary>Puts a policy in force, in place of an earlier one with its name.</summary>
    public ValueTask<WorkflowResult> ApplyPolicyAsync(Policy policy, ProposeOptions options = default, CancellationToken cancellationToken = default) =>
        ProposeAsync(new ApplyPolicy(policy), options, cancellationToken);

    /// <summary>Takes a policy out of force.</summary>
    public ValueTask<WorkflowResult> RemovePolicyAsync(string name, ProposeOptions options = default, CancellationToken cancellationToken = default) =>
        ProposeAsync(new RemovePolicy(name), options, cancellationToken);

    /// <summary>Deploys an overlay, all of it or nothing.</summary>
    public ValueTask<WorkflowResult> DeployOverlayAsync(Overlay overlay, ProposeOptions options = default, CancellationToken cancellationToken = default) =>
        ProposeAsync(new DeployOverlay(overlay), options, cancellationToken);

    /// <summary>Runs a custom operation.</summary>
    /// <param name="operation">The name that it is registered under on every replica.</param>
    /// <param name="payload">What it is given.</param>
    /// <param name="options">How the command is proposed.</param>
    /// <param name="cancellationToken">Stops the waiting. The command may still take effect.</param>
    public ValueTask<WorkflowResult> CustomAsync(
        string operation, ReadOnlyMemory<byte> payload = default, ProposeOptions options = default, CancellationToken cancellationToken = default) =>
        ProposeAsync(new Custom(operation, payload), options, cancellationToken);

    /// <summary>Proposes any command of the machine.</summary>
    public async ValueTask<WorkflowResult> ProposeAsync(WorkflowCommand command, ProposeOptions options = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        var verdict = command.Check(_limits);
        if (!verdict.IsAccepted)
        {
            return WorkflowResult.Unproposed(verdict);
        }

        var bytes = StartMessage();
        var prefix = bytes.WrittenCount;
        command.WriteTo(bytes);
        var length = bytes.WrittenCount - prefix;
        if (length > _limits.CommandBytesMax)
        {
            return WorkflowResult.Unproposed(
                new(WorkflowRejection.CommandTooLarge, $"The command has {length} bytes; allowed: up to {_limits.CommandBytesMax}."));
        }

        return WorkflowResult.From(await consensus.ProposeAsync(bytes.WrittenMemory, options, cancellationToken).ConfigureAwait(false));
    }

    private ArrayBufferWriter<byte> StartMessage()
    {
        var bytes = new ArrayBufferWriter<byte>();
        if (machine != MachineId.None)
        {
            bytes.Write([machine.Value]);
        }

        return bytes;
    }
}
