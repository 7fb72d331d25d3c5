namespace Consensus.HotStuff.Tests;

/// <summary>What node 3 does about leaders that bring progress in each view, and never what node 4 has shown to everybody.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class NeglectTests
{
    private const int Views = 20;

    private static readonly Group Four = Group.Four;
    private static readonly HotStuffOptions Options = Group.Options with { TermViews = Views, WindowBlocks = 64 };
    private static readonly TimeSpan Look = Options.ViewTimeout / 4;

    private readonly TestReplica _replica = new(options: Options);
    private Node _last = Node.Genesis;

    // The first three views commit nothing.
    [TestCase(11, false)]
    [TestCase(12, true)]
    public void A_leader_that_proposes_empty_nodes_while_somebody_waits_is_given_up(int views, bool isGivenUp)
    {
        Lead(views, static view => new Block(new Timestamp(-(long)view), []));
        _replica.Receive(4, Group.Suspicion);

        Assert.That(_replica.SentOf<TermTimeout>().Any(), Is.EqualTo(isGivenUp));
    }

    [Test]
    public void So_is_one_that_orders_its_own_batches_only()
    {
        Lead(12, static view => Batch(1, view));
        _replica.Receive(4, Group.Suspicion);

        Assert.That(_replica.SentOf<TermTimeout>().First().Last.Value, Is.EqualTo(Views - 1));
    }

    [Test]
    public void One_that_orders_a_batch_of_whoever_waits_now_and_then_stays()
    {
        Lead(18, static view => Batch(view % 6 == 0 ? 4u : 1u, view));
        _replica.Receive(4, Group.Suspicion);

        Assert.That(_replica.SentOf<TermTimeout>(), Is.Empty);
    }

    // The first leader orders no batch of node 4's in its last ten views, the second none at all.
    [TestCase(28, false)]
    [TestCase(29, true)]
    public void The_next_leader_is_not_blamed_for_what_the_one_before_has_left(int views, bool isGivenUp)
    {
        Lead(views, static view => Batch(view < 10 ? 4u : LeaderOf(view), view));
        _replica.Receive(4, Group.Suspicion with { Term = 1 });

        Assert.That(_replica.State.IsActive, Is.EqualTo(!isGivenUp));
    }

    private static uint LeaderOf(ulong view) => view < Views ? 1u : 2u;

    private static Block Batch(uint origin, ulong number) => new(new Timestamp((long)number), [Four.Batch(origin, number)]);

    /// <summary>Node 4 shows its batch before each of so many views, and between two of them it is looked what waits.</summary>
    private void Lead(int views, Func<ulong, Block> propose)
    {
        for (var i = 0; i < views; i++)
        {
            _replica.Receive(4, new Submit(Four.Batch(4, 1_000_000)));
            var view = _last.View.Value + 1;
            var block = propose(view);
            _last = Four.Node(view, _last, block);
            _replica.Receive(LeaderOf(view), Four.Propose(_last, block, signer: LeaderOf(view)));
            _replica.Wait(Look);
        }
    }
}
