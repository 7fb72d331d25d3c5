namespace Consensus.Simulation.Clients;

/// <summary>Sees what clients do.</summary>
internal interface ICallObserver
{
    /// <summary>A client begins a call.</summary>
    void OnInvoked(ClientCall call);

    /// <summary>A client's call has ended.</summary>
    void OnCompleted(ClientCall call);
}
