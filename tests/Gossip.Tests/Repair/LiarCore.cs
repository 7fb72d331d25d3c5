using System.Collections.Immutable;
using Consensus.Cryptography;
using Consensus.Gossip.Messages;
using Consensus.Gossip.Node;
using Consensus.Gossip.Repair;
using Consensus.Gossip.State;
using Consensus.Gossip.Tests.State;

namespace Consensus.Gossip.Tests.Repair;

/// <summary>A member that answers with whatever costs others most: made-up fingerprints, lists and values, or nothing; and that asks all the time.</summary>
internal sealed class LiarCore(DeterministicRandom random, uint victims, SharedState state) : IGossipCore
{
    private uint _numbers;

    public Ticks NextDeadline { get; private set; } = Ticks.Zero;

    public void OnTime(Ticks now, GossipEffects effects)
    {
        NextDeadline = now + random.NextBetween(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(500));
        var victim = new NodeId((uint)random.NextBelow(victims) + 1);
        effects.Send(victim, new RepairDigest(++_numbers, default, random.NextUInt64(), new Digest([.. Enumerable.Range(0, 32).Select(_ => (byte)random.NextBelow(256))])));
        if (random.NextBelow(4) == 0)
        {
            effects.Send(victim, NextStep(_numbers, (byte)random.NextBelow(8)), GossipChannel.Stream);
        }
    }

    public void OnMessage(Ticks now, NodeId from, GossipMessage message, GossipEffects effects)
    {
        switch (message)
        {
            case RepairDigest digest:
                effects.Send(from, NextStep(digest.Exchange, 1), GossipChannel.Stream);
                break;
            case RepairStep step when random.NextBelow(8) != 0:
                effects.Send(from, NextStep(step.Exchange, (byte)(step.Turn + 1)), GossipChannel.Stream);
                break;
        }
    }

    /// <summary>Any step that can be written.</summary>
    public RepairStep NextStep(uint exchange, byte turn) => random.NextBelow(6) switch
    {
        // "I have nothing": give me all.
        0 => new RepairStep(exchange, turn, 1, [], [new RangeList(KeyRange.All, [])], [], []),
        1 => new RepairStep(exchange, turn, 1, [new RangeFingerprints(KeyRange.All, 0, [])], [], [], []),

        // "All of it differs", at any depth.
        2 => new RepairStep(exchange, turn, 1, [.. Ranges(KeyRange.DepthMax - 1).Select(range => new RangeFingerprints(range, ushort.MaxValue, Numbers(16)))], [], [], []),

        // "I have what you lack", and never give it.
        3 => new RepairStep(exchange, turn, 1, [], [.. Ranges(KeyRange.DepthMax).Select(range => new RangeList(range, [.. Numbers(RangeList.LinesMax).Select(number => new RangeLine(number, number, number))]))], [], []),

        // "Send me that."
        4 => new RepairStep(exchange, turn, null, [], [], [.. Ranges(KeyRange.DepthMax).Select(range => new RangeWants(range, Numbers(RangeList.LinesMax)))], []),

        // Values that nobody wrote.
        _ => new RepairStep(exchange, turn, 1, [], [], [], [.. Enumerable.Range(0, 20).Select(_ => NextValue())]),
    };

    private ImmutableArray<ulong> Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextUInt64())];

    private IEnumerable<KeyRange> Ranges(int depthMax)
    {
        var depth = (int)random.NextBelow((ulong)depthMax + 1);
        var digits = Numbers(200).Select(number => depth == 0 ? 0 : number >> (64 - (4 * depth))).Distinct().Order();
        return digits.Select(number => new KeyRange(depth == 0 ? 0 : number << (64 - (4 * depth)), depth));
    }

    /// <summary>A value that is not what its origin wrote.</summary>
    private VersionedValue NextValue()
    {
        var value = state.Write($"{random.NextBelow(600)}", ulong.MaxValue, "made up", (uint)random.NextBelow(victims) + 1);
        var signature = new Signature([.. Enumerable.Range(0, Signature.Size).Select(_ => (byte)random.NextBelow(256))]);
        return random.NextBelow(2) == 0
            ? new VersionedValue(value.Key, value.Version, value.Time, value.Origin, isTombstone: false, value.Content, value.Hash, signature)
            : new VersionedValue(value.Key, value.Version - 1, value.Time, value.Origin, isTombstone: false, value.Content, value.Hash, value.Signature);
    }
}
