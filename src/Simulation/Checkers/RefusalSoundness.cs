using Consensus.Engine;
using Consensus.Simulation.Clients;
using Consensus.Simulation.Histories;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers;

/// <summary>
/// A command whose caller was told that it was refused never takes effect, neither before nor after. Source: the contract of IConsensus (a refusal has no effect);
/// pitfalls R33.
/// </summary>
/// <remarks>
/// The naive form looks whether a refused command is ever committed, and gives false alarms: a command may come through twice, or behind the
/// end of its session, and then changes nothing. Only a first application counts. Callers without a session do not name their commands;
/// theirs are told apart by their bytes, and those that were called more than once are left out: deletes of one key, whose bytes hold no number.
/// These <see cref="ExactlyOnce"/> counts: effects must not be more than calls that were not refused. What neither finds is a refused command that
/// takes effect while another with the same bytes, of unknown outcome, does not.
/// </remarks>
internal sealed class RefusalSoundness(CommandHashes hashes) : Checker
{
    private readonly Dictionary<Digest, (long Call, int Times)> _invoked = [];
    private readonly Dictionary<Digest, (LogIndex Index, NodeId Node)> _applied = [];
    private readonly Dictionary<Digest, ClientCall> _refused = [];

    /// <inheritdoc/>
    public override string Name => "refusal soundness";

    /// <inheritdoc/>
    public override bool KnowsAllCommands => true;

    /// <inheritdoc/>
    public override void OnInvoked(ClientCall call)
    {
        _invoked[call.Hash] = (call.Number, _invoked.GetValueOrDefault(call.Hash).Times + 1);
    }

    /// <inheritdoc/>
    public override void OnCompleted(ClientCall call)
    {
        if (call.Outcome != CallOutcome.Refused || call.Operation.IsQuery)
        {
            return;
        }

        _refused[call.Hash] = call;
        if (_applied.TryGetValue(call.Hash, out var applied))
        {
            Look(call, applied.Index, applied.Node);
        }
    }

    /// <inheritdoc/>
    public override void OnApplied(SimulatedNode node, in LogEntry entry, in AppliedCommand applied, Digest state)
    {
        if (applied.Outcome != CommandOutcome.Applied || applied.Index != entry.Index || !CommandEnvelope.TryRead(entry.Payload.Span, out var envelope))
        {
            return;
        }

        var command = hashes.Of(entry.Index, envelope.Body);
        if (_applied.TryAdd(command, (entry.Index, node.Id)) && _refused.TryGetValue(command, out var call))
        {
            Look(call, entry.Index, node.Id);
        }
    }

    private void Look(ClientCall call, LogIndex index, NodeId node)
    {
        if (_invoked.GetValueOrDefault(call.Hash).Times == 1)
        {
            Report($"call {call.Number} of process {call.Process}, {call.Operation.Name}, was refused after {call.Attempts} attempts, and node {node} has applied it at entry {index}");
        }
    }
}
