using System.Buffers;
using Consensus.Gossip.Messages;
using Consensus.Gossip.Repair;
using Consensus.Gossip.Tests.State;

namespace Consensus.Gossip.Tests.Repair;

/// <summary>Two stores that are reconciled, step by step, each through its wire form.</summary>
internal sealed class Conversation(VersionedStore asking, VersionedStore answering, int bytesMax = 256 * 1024)
{
    private readonly (VersionedStore Store, Reconciler Reconciler)[] _sides = [(asking, new Reconciler(asking, bytesMax)), (answering, new Reconciler(answering, bytesMax))];
    private uint _exchanges;
    private ulong _place;

    /// <summary>What was sent in all: the digests, too, and what surrounds each message.</summary>
    public long Bytes { get; private set; }

    public int Messages { get; private set; }

    /// <summary>The most that a side sent in one exchange.</summary>
    public int SideBytesMax { get; private set; }

    /// <summary>How many steps the longest exchange had.</summary>
    public int TurnsMax { get; private set; }

    public bool IsEqual => _sides[0].Store.Digest == _sides[1].Store.Digest;

    /// <summary>One exchange, as two nodes have it.</summary>
    /// <returns>How many values either side gained.</returns>
    public int Exchange()
    {
        var salt = new FingerprintSalt(++_exchanges, 77);
        Send(new RepairDigest(_exchanges, salt, _place, _sides[0].Store.Digest));
        if (IsEqual)
        {
            return 0;
        }

        var sent = new int[2];
        RepairWalk[] walks = [new(_place), new(_place)];
        var gained = 0;
        var step = Sent(_sides[1].Reconciler.Open(_exchanges, salt, walks[1]), sent);
        while (true)
        {
            var taking = step.Turn % 2 == 1 ? 0 : 1;
            var side = _sides[taking];
            gained += step.Values.Count(value => side.Store.Put(SharedState.Noon, value) == PutResult.Stored);
            if (step.StoppedAt is { } place)
            {
                walks[taking].StopAt(place);
            }

            if (step.IsLast)
            {
                break;
            }

            step = Sent(side.Reconciler.Answer(step, salt, walks[taking], sent[(step.Turn + 1) % 2]), sent);
        }

        _place = walks[0].StoppedAt ?? _place;
        TurnsMax = Math.Max(TurnsMax, step.Turn);
        SideBytesMax = Math.Max(SideBytesMax, sent.Max());
        return gained;
    }

    private RepairStep Sent(RepairStep step, int[] sent)
    {
        var read = (RepairStep)Send(step);
        sent[step.Turn % 2] += RepairWire.LengthOf(step);
        return read;
    }

    private GossipMessage Send(GossipMessage message)
    {
        var frame = new ArrayBufferWriter<byte>();
        GossipCodec.Encode(message, frame);
        if (message is RepairStep step)
        {
            Assert.That(frame.WrittenCount, Is.LessThanOrEqualTo(RepairWire.LengthOf(step)));
        }

        Bytes += frame.WrittenCount + Network.VirtualSwarm.HeaderBytes;
        Messages++;
        return GossipCodec.Decode(frame.WrittenMemory.ToArray());
    }
}
