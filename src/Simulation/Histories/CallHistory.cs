using Consensus.Simulation.Checkers;
using Consensus.Simulation.Clients;

namespace Consensus.Simulation.Histories;

/// <summary>All calls of a run, in the order of their beginning.</summary>
internal sealed class CallHistory : Checker
{
    private readonly List<ClientCall> _calls = [];

    /// <inheritdoc/>
    public override string Name => "history";

    public IReadOnlyList<ClientCall> Calls => _calls;

    /// <summary>The number of the last call of a command that was applied.</summary>
    public long LastApplied { get; private set; }

    /// <summary>How many calls ended well.</summary>
    public int Succeeded { get; private set; }

    /// <inheritdoc/>
    public override void OnInvoked(ClientCall call) => _calls.Add(call);

    /// <inheritdoc/>
    public override void OnCompleted(ClientCall call)
    {
        if (call.Outcome is CallOutcome.Applied or CallOutcome.Rejected)
        {
            Succeeded++;
            LastApplied = call.Operation.IsQuery ? LastApplied : Math.Max(LastApplied, call.Number);
        }
    }
}
