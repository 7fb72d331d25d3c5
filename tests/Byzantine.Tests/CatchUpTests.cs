namespace Consensus.Byzantine.Tests;

/// <summary>How a replica comes to a checkpoint by blocks when the way is longer than what it may keep of it before it is proven.</summary>
[TestFixture("pbft")]
[TestFixture("hotstuff")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CatchUpTests
{
    private const int PooledBytesMax = 2000;
    private const int Count = 64;

    private readonly Newcomer _replica;
    private readonly Block[] _blocks = Samples.Way(Count);
    private readonly LogPosition _end;
    private long _stagedMax;

    public CatchUpTests(string engine)
    {
        _replica = new Newcomer(EngineUnderTest.Create(engine, 3, PooledBytesMax));
        _end = Samples.EndOf(_blocks);
        _replica.Receive(1, new StableCheckpoint(Newcomer.Stable(Count, _end)));
    }

    [Test]
    public void All_of_the_way_is_committed_and_no_more_is_kept_than_may_be()
    {
        Serve(_ => _blocks);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_replica.Status.CommitIndex, Is.EqualTo(_end.Index));
            Assert.That(_stagedMax, Is.InRange(PooledBytesMax / 2, PooledBytesMax));
        }
    }

    [Test]
    public void A_lie_in_any_part_of_the_way_costs_one_attempt_and_is_never_committed([Values(0, 5, 20, 63)] int wrong)
    {
        Block[] lies = [.. _blocks];
        lies[wrong] = Samples.Block(1000, _blocks[wrong].Batches[0]);

        Serve(source => source.Value == 1 ? lies : _blocks);

        Assert.That(_replica.Status.CommitIndex, Is.EqualTo(_end.Index));
        Assert.That(_replica.Effects.Committed.Select(entry => entry.Chain).Last(), Is.EqualTo(_end.Chain));
    }

    // What was right the first time, when it was only looked at, need not be so when it is fetched for good.
    [Test]
    public void A_lie_that_is_told_the_second_time_is_not_committed_either()
    {
        Block[] lies = [.. _blocks];
        lies[40] = Samples.Block(1000, _blocks[40].Batches[0]);
        var seen = 0;

        Serve(source => source.Value == 1 && _replica.Status.CommitIndex > LogIndex.Zero && seen++ < 20 ? lies : _blocks);

        Assert.That(_replica.Status.CommitIndex, Is.EqualTo(_end.Index));
        Assert.That(_replica.Effects.Committed.Select(entry => entry.Chain).Last(), Is.EqualTo(_end.Chain));
    }

    // As on a slow link, or with a slow disk: nobody answers faster. Each answer comes when others were asked meanwhile.
    [Test]
    public void Where_each_piece_takes_three_status_intervals_all_of_the_way_is_fetched_and_hardly_anything_twice([Values(3, 6)] int intervals)
    {
        var (served, looks) = (0, 0);
        var underWay = new Queue<(int At, NodeId Source, CatchUpRequest Request)>();
        while (_replica.Status.CommitIndex != _end.Index)
        {
            Assert.That(++looks, Is.LessThan(400), "it does not get on");
            foreach (var (source, request) in Requests().Skip(served))
            {
                underWay.Enqueue((looks + intervals - 1, source, request));
                served++;
            }

            _replica.Look();
            while (underWay.TryPeek(out var next) && next.At <= looks)
            {
                underWay.Dequeue();
                var first = (int)next.Request.First.Value - 1;
                _replica.Receive(next.Source.Value, new CatchUpBlocks(next.Request.First, _blocks[first..Math.Min(first + 3, (int)next.Request.Last.Value)]));
            }
        }

        var ranges = Requests().GroupBy(asked => asked.Request).Select(same => same.Count()).ToArray();
        Assert.That(ranges.Average(), Is.LessThan(1.2));
    }

    [Test]
    public void Who_was_not_asked_is_not_heard()
    {
        var source = Requests().Single().To;
        var other = source == new NodeId(1) ? 2u : 1u;
        var lie = Samples.Block(1000, _blocks[0].Batches[0]);
        _replica.Receive(other, new CatchUpBlocks(new SequenceNumber(1), [lie]));

        Assert.That(Requests(), Has.Length.EqualTo(1));
        Serve(_ => _blocks);
        Assert.That(Requests().Select(asked => asked.To).Distinct(), Is.EqualTo(new[] { source }), "its first attempt succeeds");
    }

    [Test]
    public void Who_asks_is_answered_in_pieces_and_goes_on_from_where_each_ended()
    {
        Serve(_ => _blocks);
        var (next, pieces) = (1UL, new List<int>());
        while (next <= Count)
        {
            _replica.Receive(2, new CatchUpRequest(new SequenceNumber(next), new SequenceNumber(Count)));
            var answer = _replica.SentOf<CatchUpBlocks>().Last();
            Assert.That((answer.First.Value, answer.Blocks.Length), Is.EqualTo((next, Math.Max(1, answer.Blocks.Length))));
            Assert.That(answer.Blocks.Sum(block => AnswerPart.Of(block).Bytes), Is.LessThanOrEqualTo(4096));
            next += (ulong)answer.Blocks.Length;
            pieces.Add(answer.Blocks.Length);
        }

        Assert.That(pieces[0], Is.GreaterThan(4), "as many as fit");
    }

    // Else the log could give its memory to other entries before the answer is on its way, and who asked would say that this replica has altered them.
    [Test]
    public void What_is_sent_lies_in_memory_of_its_own()
    {
        Serve(_ => _blocks);
        _replica.Receive(2, new CatchUpRequest(new SequenceNumber(1), new SequenceNumber(1)));

        var sent = _replica.SentOf<CatchUpBlocks>().Last().Blocks[0].Batches[0].Commands[0];
        var kept = _replica.Core.ReadEntries(new LogIndex(1), 1 << 20).ToArray().Select(entry => entry.Payload).ToArray();
        Assert.That(kept, Has.Some.Matches<ReadOnlyMemory<byte>>(payload => payload.Span.SequenceEqual(sent.Span)));
        Assert.That(kept, Has.None.Matches<ReadOnlyMemory<byte>>(payload => payload.Equals(sent)));
    }

    /// <summary>Answers requests, three blocks at a time, until there are no more.</summary>
    private void Serve(Func<NodeId, Block[]> blocksOf)
    {
        var served = 0;
        for (var requests = Requests(); served < requests.Length; requests = Requests())
        {
            Assert.That(served, Is.LessThan(400), "it does not get on");
            var (source, request) = requests[served++];
            var first = (int)request.First.Value - 1;
            var last = Math.Min(Math.Min(first + 3, (int)request.Last.Value), Count);
            _replica.Receive(source.Value, new CatchUpBlocks(request.First, blocksOf(source)[first..last]));
            _stagedMax = Math.Max(_stagedMax, _replica.StagedBytes);
        }
    }

    private (NodeId To, CatchUpRequest Request)[] Requests() =>
        [.. _replica.Effects.Messages.Where(message => message.Message is CatchUpRequest).Select(message => (message.To, (CatchUpRequest)message.Message))];
}
