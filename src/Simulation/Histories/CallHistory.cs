using Consensus.Simulation.Clients;

namespace Consensus.Simulation.Histories;

/// <summary>All calls of a run, in the order of their beginning.</summary>
internal sealed class CallHistory : ICallObserver
{
    private readonly List<ClientCall> _calls = [];

    public IReadOnlyList<ClientCall> Calls => _calls;

    /// <inheritdoc/>
    public void OnInvoked(ClientCall call) => _calls.Add(call);

    /// <inheritdoc/>
    public void OnCompleted(ClientCall call)
    {
        // The call is in the list.
    }
}
