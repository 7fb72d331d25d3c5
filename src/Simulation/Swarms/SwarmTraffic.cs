namespace Consensus.Simulation.Swarms;

/// <summary>What agents have sent each other.</summary>
/// <param name="Calls">How many calls there were.</param>
/// <param name="Payloads">How many times the news itself was sent: in a call each side sends it that has known of it before, and tells.</param>
/// <param name="FarCalls">How many of the calls were between regions.</param>
/// <param name="FarPayloads">How many times the news was sent in these.</param>
public readonly record struct SwarmTraffic(long Calls, long Payloads, long FarCalls, long FarPayloads)
{
    /// <summary>Adds two.</summary>
    public static SwarmTraffic operator +(SwarmTraffic one, SwarmTraffic other) =>
        new(one.Calls + other.Calls, one.Payloads + other.Payloads, one.FarCalls + other.FarCalls, one.FarPayloads + other.FarPayloads);
}
