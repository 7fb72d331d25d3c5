namespace Consensus.Simulation.Swarms;

/// <summary>Adds up what several processors count.</summary>
internal sealed class TrafficCounter
{
    private long _calls;
    private long _payloads;
    private long _farCalls;
    private long _farPayloads;

    /// <summary>All that was added; to be read when nobody adds.</summary>
    public SwarmTraffic Total => new(_calls, _payloads, _farCalls, _farPayloads);

    public void Add(in SwarmTraffic traffic)
    {
        Interlocked.Add(ref _calls, traffic.Calls);
        Interlocked.Add(ref _payloads, traffic.Payloads);
        Interlocked.Add(ref _farCalls, traffic.FarCalls);
        Interlocked.Add(ref _farPayloads, traffic.FarPayloads);
    }
}
