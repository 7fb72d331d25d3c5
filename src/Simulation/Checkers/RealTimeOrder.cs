using Consensus.Simulation.Clients;

namespace Consensus.Simulation.Checkers;

/// <summary>
/// Answers come in the order of real time: a command whose call began when another's answer was known lies behind that in the log, and a
/// query that began then shows a state not before it. With it a client's reads are monotonic, and it reads its own writes, whichever replicas
/// it asks (Terry et al., Session guarantees for weakly consistent replicated data, 1994; linearizability asks it of all clients together).
/// </summary>
/// <remarks>
/// It looks at indexes and not at values, so it holds for every state machine. Indexes of calls that overlap say nothing: a call is compared
/// only with those that had ended when it began, not when it ended.
/// </remarks>
internal sealed class RealTimeOrder : Checker
{
    private readonly Dictionary<long, ClientCall> _latestWhenInvoked = [];
    private ClientCall? _latest;

    /// <inheritdoc/>
    public override string Name => "real-time order";

    /// <inheritdoc/>
    public override bool KnowsAllCommands => true;

    /// <inheritdoc/>
    public override void OnInvoked(ClientCall call)
    {
        if (_latest is not null)
        {
            _latestWhenInvoked.Add(call.Number, _latest);
        }
    }

    /// <inheritdoc/>
    public override void OnCompleted(ClientCall call)
    {
        _latestWhenInvoked.Remove(call.Number, out var before);
        if (!call.IsAnswered)
        {
            return;
        }

        if (before is not null && (call.Index < before.Index || (call.Index == before.Index && !call.Operation.IsQuery)))
        {
            var whose = call.Process == before.Process ? "that the same client had been shown" : "that was known by then";
            Report($"an answer at entry {call.Index} lies before entry {before.Index} {whose}: {call}; before it {before}");
        }

        _latest = _latest is null || call.Index > _latest.Index ? call : _latest;
    }
}
