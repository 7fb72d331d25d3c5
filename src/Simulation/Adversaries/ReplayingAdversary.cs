using Consensus.Simulation.Time;

namespace Consensus.Simulation;

/// <summary>
/// Says what its replica says, and now and then something again that it, or somebody else, said before: old votes, certificates of earlier views, other replicas'
/// messages in its own name.
/// </summary>
public sealed class ReplayingAdversary : IAdversary
{
    private const double ReplaysRate = 0.1;
    private const int KeptMax = 512;

    private readonly List<ReadOnlyMemory<byte>> _kept = [];

    /// <inheritdoc/>
    public void OnSending(CorruptReplica replica, InterceptedMessage message)
    {
        replica.Pass(message);
        Keep(replica, message);
        if (replica.Random.Chance(ReplaysRate))
        {
            var to = replica.Random.Chance(0.5) ? message.To : replica.Random.Any([.. replica.Peers.DefaultIfEmpty(message.To)]);
            replica.Send(to, replica.Random.Any(_kept).Span);
        }
    }

    /// <inheritdoc/>
    public void OnReceiving(CorruptReplica replica, InterceptedMessage message) => Keep(replica, message);

    private void Keep(CorruptReplica replica, InterceptedMessage message)
    {
        if (_kept.Count < KeptMax)
        {
            _kept.Add(message.Frame);
        }
        else
        {
            // Any of them makes room, so that some of the oldest stay.
            _kept[(int)replica.Random.NextBelow(KeptMax)] = message.Frame;
        }
    }
}
