using Consensus.Simulation.Time;

namespace Consensus.Simulation;

/// <summary>
/// Now and then keeps what it would say back, lets what comes after it go first, and then says all of it, the last first: votes for what is decided, starts of views that are over.
/// </summary>
public sealed class LateReleaseAdversary : IAdversary
{
    private const double BeginsRate = 0.02;
    private const double KeptRate = 0.5;
    private const int KeptMax = 256;
    private static readonly TimeSpan KeptTimeMin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan KeptTimeMax = TimeSpan.FromSeconds(4);

    private readonly Dictionary<NodeId, Stack<InterceptedMessage>> _kept = [];

    /// <inheritdoc/>
    public void OnSending(CorruptReplica replica, InterceptedMessage message)
    {
        if (_kept.TryGetValue(replica.Id, out var kept) && kept.Count < KeptMax && replica.Random.Chance(KeptRate))
        {
            kept.Push(message);
            return;
        }

        replica.Pass(message);
        if (kept is null && replica.Random.Chance(BeginsRate))
        {
            _kept.Add(replica.Id, []);
            replica.Later(replica.Random.NextBetween(KeptTimeMin, KeptTimeMax), () => Release(replica));
        }
    }

    private void Release(CorruptReplica replica)
    {
        _kept.Remove(replica.Id, out var kept);
        foreach (var message in kept!)
        {
            replica.Pass(message);
        }
    }
}
