namespace Consensus.Byzantine.Tests;

/// <summary>Node 3 on a slow link, where each piece of blocks takes longer than a member is given at first, and a member that is fast and lies.</summary>
[TestFixture("pbft")]
[TestFixture("hotstuff")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CatchUpLiesTests
{
    private const int Count = 64;
    private const int PieceBlocks = 8;
    private const int Pieces = Count / PieceBlocks;

    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(1);

    private readonly Newcomer _replica;
    private readonly SlowNetwork _network;
    private readonly Block[] _blocks = Samples.Way(Count);
    private readonly Block[] _lies = [.. Enumerable.Range(1, Count).Select(i => Samples.Block(i))];
    private readonly LogPosition _end;
    private readonly Dictionary<NodeId, int> _asked = [];
    private readonly HashSet<uint> _told = [];

    public CatchUpLiesTests(string engine)
    {
        _replica = new Newcomer(EngineUnderTest.Create(engine, 3));
        _network = new SlowNetwork(_replica);
        _end = Samples.EndOf(_blocks);
        _replica.Receive(1, new StableCheckpoint(Newcomer.Stable(Count, _end)));
    }

    [Test]
    public void Who_sends_all_of_a_wrong_way_at_once_is_asked_once([Values(1, 2, 4)] int liar, [Values(600, 1900)] int milliseconds)
    {
        var time = CatchUp(liar, milliseconds, request => _lies[((int)request.First.Value - 1)..Count]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(time, Is.LessThan(TimeSpan.FromMilliseconds((Pieces + 3) * milliseconds)));
            Assert.That(_asked.GetValueOrDefault(new NodeId((uint)liar)), Is.LessThanOrEqualTo(1));
            Assert.That(_told, Is.EqualTo(_asked.ContainsKey(new NodeId((uint)liar)) ? new[] { (uint)liar } : []), "all of it came from one member");
        }
    }

    // What others have sent before it is thrown away with what it sends, and nobody knows who has lied.
    [Test]
    public void Who_spoils_what_others_have_begun_is_found_out([Values(1, 2, 4)] int liar, [Values(300, 600, 1900)] int milliseconds)
    {
        var hasSpoiled = false;
        var time = CatchUp(liar, milliseconds, request =>
        {
            // Right at first, or it would be known at once.
            var first = (int)request.First.Value - 1;
            hasSpoiled |= first > 0;
            return hasSpoiled ? _lies[first..Count] : _blocks[..PieceBlocks];
        });

        Assert.That(time, Is.LessThan(TimeSpan.FromMilliseconds(2 * (Pieces + 3) * milliseconds)));
        Assert.That(_told, Is.All.EqualTo((uint)liar), "nobody else, whatever it has spoilt");
    }

    // It is silent where it would be found out.
    [Test]
    public void Who_only_spoils_what_others_have_begun_can_do_so_once([Values(1, 2, 4)] int liar, [Values(300, 600, 1900)] int milliseconds)
    {
        var lies = 0;
        var time = CatchUp(liar, milliseconds, request =>
        {
            if (request.First.Value == 1)
            {
                return null;
            }

            lies++;
            return _lies[((int)request.First.Value - 1)..Count];
        });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(lies, Is.LessThanOrEqualTo(2), "the second is on a way of its own");
            Assert.That(_told, Is.All.EqualTo((uint)liar), "nobody whose blocks it has spoilt");
            Assert.That(time, Is.LessThan(TimeSpan.FromMilliseconds(2 * (Pieces + 3) * milliseconds)));
        }
    }

    [Test]
    public void An_answer_with_more_blocks_than_honest_members_send_is_refused()
    {
        var many = Enumerable.Repeat(_lies[0], Answer.BlocksMax).ToArray();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_replica.TryReceive(1, new CatchUpBlocks(new SequenceNumber(1), many)), Is.Null);
            Assert.That(_replica.TryReceive(1, new CatchUpBlocks(new SequenceNumber(1), [.. many, _lies[0]])), Does.Contain("257 blocks"));
        }
    }

    /// <summary>Plays the others until the checkpoint is reached. Honest members send eight blocks at a time.</summary>
    private TimeSpan CatchUp(int liar, int milliseconds, Func<CatchUpRequest, Block[]?> lies)
    {
        var begin = _replica.Now;
        while (_replica.Status.CommitIndex != _end.Index)
        {
            Assert.That(_replica.Now - begin, Is.LessThan(TimeSpan.FromMinutes(10)), "it does not get on");
            foreach (var (to, message) in _network.Sent().ToArray())
            {
                if (message is CatchUpRequest request)
                {
                    Serve(to, request, to.Value == liar, milliseconds, lies);
                }
            }

            if (_replica.Status.CommitIndex != _end.Index)
            {
                _network.Go();
            }
        }

        return _replica.Now - begin;
    }

    private void Serve(NodeId from, CatchUpRequest request, bool isLiar, int milliseconds, Func<CatchUpRequest, Block[]?> lies)
    {
        _asked[from] = _asked.GetValueOrDefault(from) + 1;
        var first = (int)request.First.Value - 1;
        if (!isLiar)
        {
            var piece = _blocks[first..Math.Min(first + PieceBlocks, Count)];
            _network.After(TimeSpan.FromMilliseconds(milliseconds), () => Receive(from, new CatchUpBlocks(request.First, piece)));
        }
        else if (lies(request) is { } wrong)
        {
            _network.After(AtOnce, () => Receive(from, new CatchUpBlocks(request.First, wrong)));
        }
    }

    private void Receive(NodeId from, CatchUpBlocks blocks)
    {
        _replica.Receive(from.Value, blocks);
        _told.UnionWith(_replica.Effects.Events.OfType<TamperingDetected>().Select(told => told.Peer.Value));
    }
}
