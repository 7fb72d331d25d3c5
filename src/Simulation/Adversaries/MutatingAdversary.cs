using Consensus.Simulation.Time;

namespace Consensus.Simulation;

/// <summary>Changes bytes of what its replica sends: the frame is malformed, or its signature wrong, or it says something else where nothing is signed.</summary>
public sealed class MutatingAdversary : IAdversary
{
    private const ulong BytesMax = 3;
    private const double RateMin = 0.02;

    private readonly Dictionary<NodeId, double> _rates = [];

    /// <inheritdoc/>
    public void OnSending(CorruptReplica replica, InterceptedMessage message)
    {
        if (!_rates.TryGetValue(replica.Id, out var rate))
        {
            _rates.Add(replica.Id, rate = replica.Random.NextBetween(RateMin, 1.0));
        }

        if (!replica.Random.Chance(rate))
        {
            replica.Pass(message);
            return;
        }

        var frame = message.Frame.ToArray();
        for (var changes = 1 + replica.Random.NextBelow(BytesMax); changes > 0 && frame.Length > 0; changes--)
        {
            frame[replica.Random.NextBelow((ulong)frame.Length)] ^= (byte)(1 + replica.Random.NextBelow(byte.MaxValue));
        }

        replica.Send(message.To, frame);
    }
}
