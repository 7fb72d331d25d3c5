using Consensus.Simulation.Time;

namespace Consensus.Simulation;

/// <summary>Says everything late: a leader that is just fast enough not to be replaced, or votes that come when nobody needs them. How late is drawn once for each replica.</summary>
public sealed class SlowAdversary : IAdversary
{
    private const double SpreadRate = 0.2;
    private static readonly TimeSpan DelayMin = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan DelayMax = TimeSpan.FromSeconds(2);

    private readonly Dictionary<NodeId, TimeSpan> _delays = [];

    /// <inheritdoc/>
    public void OnSending(CorruptReplica replica, InterceptedMessage message)
    {
        if (!_delays.TryGetValue(replica.Id, out var delay))
        {
            // Even over the logarithm: what matters is how it compares with the protocol's time limits, which are not known here.
            _delays.Add(replica.Id, delay = DelayMin * Math.Pow(DelayMax / DelayMin, replica.Random.NextBetween(0.0, 1.0)));
        }

        replica.Later(delay * replica.Random.NextBetween(1 - SpreadRate, 1 + SpreadRate), () => replica.Pass(message));
    }
}
