namespace Consensus.Byzantine.Tests;

/// <summary>How long node 3 takes for a snapshot of many parts when some of those that have it are slow, on purpose or not.</summary>
[TestFixture("pbft")]
[TestFixture("hotstuff")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SnapshotPaceTests
{
    private const int PartSize = 4096;
    private const int Parts = 128;
    private const int Liar = 1;

    private static readonly TimeSpan Fast = TimeSpan.FromMilliseconds(5);

    // Just before another one would be asked.
    private static readonly TimeSpan JustInTime = TimeSpan.FromMilliseconds(480);
    private static readonly byte[] State = [.. Enumerable.Range(0, Parts * PartSize).Select(static i => (byte)(i >> 8))];
    private static readonly byte[] OlderState = State[PartSize..];
    private static readonly SnapshotDescriptor Snapshot = Newcomer.Snapshot(8, State);
    private static readonly SnapshotDescriptor Older = Newcomer.Snapshot(4, OlderState);
    private static readonly Blake3Outline Outline = OutlineOf(State);
    private static readonly Blake3Outline OlderOutline = OutlineOf(OlderState);

    private readonly Newcomer _replica;
    private readonly SlowNetwork _network;
    private readonly Dictionary<NodeId, SnapshotDescriptor> _offered = [];
    private int _asked;
    private int _stored;

    public SnapshotPaceTests(string engine)
    {
        _replica = new Newcomer(EngineUnderTest.Create(engine, 3));
        _network = new SlowNetwork(_replica);
        _replica.Receive(1, new StableCheckpoint(Newcomer.Stable(8, Snapshot.Position)));
        foreach (uint other in (uint[])[1, 2, 4])
        {
            _replica.Receive(other, new CatchUpBlocks(new SequenceNumber(1), []));
        }
    }

    [Test]
    public void Who_offers_first_and_sends_each_part_just_in_time_does_not_set_the_pace()
    {
        var time = Fetch(first: Liar, (_, member) => member == Liar ? JustInTime : Fast);

        Assert.That(time, Is.LessThan(TimeSpan.FromSeconds(3)), "alone, it would take a minute");
    }

    // It is the fastest of all whenever it is compared with another one, and slow when it is the only one that was asked.
    [Test]
    public void Who_is_fast_when_it_is_tried_and_slow_afterwards_is_tried_less_and_less()
    {
        var (asked, slow) = (new Dictionary<long, int>(), new List<long>());
        var time = Fetch(first: 2, (offset, member) =>
        {
            asked[offset] = asked.GetValueOrDefault(offset) + 1;
            var isSlow = member == Liar && asked[offset] == 1;
            if (isSlow)
            {
                slow.Add(offset / PartSize);
            }

            return member != Liar ? Fast : isSlow ? JustInTime : TimeSpan.FromMilliseconds(1);
        });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(time, Is.LessThan(TimeSpan.FromSeconds(2)));
            Assert.That(slow, Has.Count.InRange(1, 4), "at the 1st, the 25th and the 73rd part or so");
            Assert.That(slow.Count(part => part >= Parts / 2), Is.LessThanOrEqualTo(1));
        }
    }

    // Each time as slow as it may be before anybody is asked beside it.
    [Test]
    public void Who_answers_between_two_looks_at_the_time_is_no_faster_for_that()
    {
        var time = Fetch(first: Liar, (_, member) => member == Liar ? TimeSpan.FromMilliseconds(90) : Fast);

        Assert.That(time, Is.LessThan(TimeSpan.FromSeconds(2.5)), "alone, it would take 12 s");
    }

    [Test]
    public void Where_only_one_member_has_it_all_of_it_comes_from_there([Values(5, 480, 3000)] int milliseconds)
    {
        var time = Fetch(first: 2, (_, _) => TimeSpan.FromMilliseconds(milliseconds), onlyFrom: 2);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(time, Is.LessThan(TimeSpan.FromMilliseconds((Parts + 4) * milliseconds) + TimeSpan.FromSeconds(3)));
            Assert.That(_asked, Is.LessThan(2.2 * Parts), "and one question more for each");
        }
    }

    [Test]
    public void Where_everybody_is_slow_hardly_any_part_is_sent_twice([Values(300, 700, 3000)] int milliseconds)
    {
        var time = Fetch(first: 2, (offset, member) => TimeSpan.FromMilliseconds(milliseconds + member));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(time, Is.LessThan(TimeSpan.FromMilliseconds((Parts + 6) * milliseconds) + TimeSpan.FromSeconds(3)));
            Assert.That(_asked, Is.LessThan(1.2 * Parts));
        }
    }

    [Test]
    public void A_snapshot_that_nobody_else_has_any_more_is_left_for_one_that_more_than_f_members_offer()
    {
        _offered[new NodeId(Liar)] = Older;

        var time = Fetch(first: Liar, (_, member) => member == Liar ? JustInTime : Fast);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(time, Is.LessThan(TimeSpan.FromSeconds(3)));
            Assert.That(_replica.Effects.Install, Is.EqualTo(Snapshot));
        }
    }

    /// <summary>Plays the others until the snapshot is installed.</summary>
    private TimeSpan Fetch(int first, Func<long, int, TimeSpan> delay, uint? onlyFrom = null)
    {
        var begin = _replica.Now;
        while (_replica.Effects.Install is null)
        {
            Assert.That(_replica.Now - begin, Is.LessThan(TimeSpan.FromHours(1)), "it does not get on");
            foreach (var (to, message) in _network.Sent().ToArray())
            {
                switch (message)
                {
                    case SnapshotRequest when onlyFrom is null || onlyFrom == to.Value:
                        _network.After(to.Value == first ? TimeSpan.FromMilliseconds(1) : Fast, () => _replica.Receive(to.Value, new SnapshotOffer(Newcomer.Certified(OfferOf(to), 1, 2))));
                        break;
                    case SnapshotPartRequest request:
                        _asked++;
                        _network.After(delay(request.Offset, (int)to.Value), () => Send(to, request));
                        break;
                }
            }

            if (_replica.Effects.Install is null)
            {
                _network.Go();
            }

            Store();
        }

        return _replica.Now - begin;
    }

    private SnapshotDescriptor OfferOf(NodeId member) => _offered.GetValueOrDefault(member, Snapshot);

    private void Send(NodeId from, SnapshotPartRequest request)
    {
        var (state, outline) = request.Checksum == Snapshot.Checksum ? (State, Outline) : (OlderState, OlderOutline);
        var offset = (int)request.Offset;
        _replica.Receive(from.Value, new SnapshotPart(request.Index, offset, state.AsMemory(offset, PartSize), outline.Prove(offset / PartSize)));
    }

    /// <summary>The disk is fast.</summary>
    private void Store()
    {
        foreach (var store in _replica.Effects.Requests.OfType<StoreSnapshotChunk>().Skip(_stored).ToArray())
        {
            var end = store.Offset + store.Data.Length;
            _stored++;
            _replica.Step(new SnapshotChunkStored(store.From, store.Snapshot, end, end == store.Snapshot.Length));
        }
    }

    private static Blake3Outline OutlineOf(byte[] state)
    {
        var outline = new Blake3Outline(PartSize);
        for (var i = 0; i < state.Length; i += PartSize)
        {
            outline.Append(state.AsSpan(i, PartSize));
        }

        return outline;
    }
}
