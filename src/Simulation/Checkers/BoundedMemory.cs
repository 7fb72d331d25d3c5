using Consensus.Engine;
using Consensus.Replication.Sessions;
using Consensus.Simulation.Network;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers;

/// <summary>
/// What waits in a replica stays within its bounds at every turn, whatever callers, peers, disk and state machine do; and when nobody asks
/// for anything any more, nothing waits: what is counted for callers who have gone would be kept for good. Source: pitfalls, part 3; the table
/// "What is bounded" in <c>src/Engine/README.md</c>; Tigerbeetle allocates all its memory when it starts, so that nothing can grow.
/// </summary>
/// <remarks>
/// <para>
/// The naive form measures the heap, which says little while a run lasts: collections come when they come, and checkers remember
/// everything. So production's own counts are compared (<see cref="ReplicaLoad"/>); the heap is the matter of a soak.
/// </para>
/// <para>
/// Received bytes go beyond their bound by a frame of each connection: a reader hands over its frame and is then held up. A sender that comes
/// back while the replica stands still has a new connection, and so another frame.
/// </para>
/// <para>
/// Not looked at: the entries that a follower keeps for a slow state machine or disk, which have no bound (the table says why; a leader's are the
/// matter of <see cref="Raft.BoundedCore"/>), readers of events, whom nobody plays here, and how much is done in one turn, which is no memory.
/// </para>
/// </remarks>
/// <param name="options">The replicas' bounds.</param>
/// <param name="frames">Knows the largest frame there was.</param>
/// <param name="loadOf">What waits in the replica of a node, if it has one.</param>
internal sealed class BoundedMemory(ReplicaOptions options, NetworkTally frames, Func<SimulatedNode, ReplicaLoad?> loadOf) : Checker
{
    private readonly Dictionary<NodeId, int> _startsAtTurn = [];
    private int _starts;

    /// <inheritdoc/>
    public override string Name => "bounded memory";

    /// <inheritdoc/>
    public override void OnStarted(SimulatedNode node, RecoveredState recovered)
    {
        _starts++;
        _startsAtTurn[node.Id] = _starts;
    }

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        if (loadOf(node) is { } load)
        {
            Look(node, load);
        }

        _startsAtTurn[node.Id] = _starts;
    }

    /// <inheritdoc/>
    public override void OnStaged(SimulatedNode node, in LogRecord record)
    {
        if (record.Kind == LogRecordKind.Entry && record.Entry.Kind == EntryKind.Command)
        {
            var payload = record.Entry.Payload.Span;
            var overhead = CommandEnvelope.TryRead(payload, out var envelope) ? payload.Length - envelope.Body.Length : CommandEnvelope.OverheadBytesMax;
            Compare(node, "bytes of one command", payload.Length, options.CommandBytesMax + overhead);
        }
    }

    /// <inheritdoc/>
    public override void OnApplied(SimulatedNode node, in LogEntry entry, in AppliedCommand applied, Digest state)
    {
        if (node.State is SessionedStateMachine machine)
        {
            Compare(node, "sessions", machine.Sessions, machine.Options.SessionsMax);
            Compare(node, "bytes of the sessions' results", machine.ResultBytes, machine.Options.ResultBytesMax);
        }
    }

    /// <inheritdoc/>
    public override bool IsAtRest(IReadOnlyList<SimulatedNode> nodes) => nodes.All(node => loadOf(node) is not { IsAtRest: false });

    /// <inheritdoc/>
    public override void OnFinished(IReadOnlyList<SimulatedNode> nodes)
    {
        foreach (var node in nodes)
        {
            if (loadOf(node) is { IsAtRest: false } load)
            {
                Report($"nobody has called for a while, and in node {node.Id} there is still: {load}");
            }
        }
    }

    private void Look(SimulatedNode node, in ReplicaLoad load)
    {
        Compare(node, "commands that wait", load.Commands, options.QueuedOperationsMax);
        Compare(node, "commands kept for reuse", load.KeptCommands, PendingCommandPool.KeptMax);
        Compare(node, "commands in the session's window", load.CommandsInFlight, options.CommandsInFlightMax);
        Compare(node, "reads that wait", load.Reads, options.QueuedOperationsMax);
        Compare(node, "readers at the state machine", load.ReadersOfState, Math.Max(WaitingReaders.SweepFrom, 2 * options.QueuedOperationsMax));
        Compare(node, "control requests that wait", load.Controls, ControlGateway.WaitingMax);
        if (load.ReceivedBytes > options.ReceivedBytesMax)
        {
            var connections = _startsAtTurn.Count + _starts - _startsAtTurn[node.Id];
            Compare(node, "bytes of received frames", load.ReceivedBytes, options.ReceivedBytesMax + ((long)connections * frames.BytesMax));
        }
    }

    private void Compare(SimulatedNode node, string what, long count, long max)
    {
        if (count > max)
        {
            Report($"node {node.Id} has {count} {what}; at most {max} are allowed");
        }
    }
}
