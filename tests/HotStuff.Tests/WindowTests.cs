namespace Consensus.HotStuff.Tests;

/// <summary>What replicas think of a leader that may not propose more than 16 nodes after the stable checkpoint, while that is waited for.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WindowTests
{
    private const ulong Window = 16;
    private const ulong Interval = 4;

    // More commands than any test needs to fill a window.
    private const byte Last = 200;

    private static readonly Group Four = Group.Four;
    private static readonly Block Empty = new(new Timestamp(-100), []);
    private static readonly HotStuffOptions Options = Group.Options with { TermViews = 1024 };

    private readonly TestReplica _replica = new(options: Options);
    private readonly List<Node> _nodes = [Node.Genesis];

    public static IEnumerable<HotStuffRuleSet> Rules => Enum.GetValues<HotStuffRuleSet>();

    [TestCase(Window, true, false)]
    [TestCase(Window, false, true)]
    [TestCase(Window - 1, true, true)]
    public void A_leader_that_the_window_keeps_from_proposing_is_not_suspected(ulong proposed, bool isCertified, bool isSuspected)
    {
        Follow(proposed, isCertified);
        _replica.Propose(1);
        _replica.Wait(TimeSpan.FromSeconds(5));

        Assert.That(_replica.SuspectsLeader, Is.EqualTo(isSuspected));
    }

    [TestCase(400, false)]
    [TestCase(600, true)]
    public void When_the_window_opens_it_has_as_much_time_as_ever(int milliseconds, bool isSuspected)
    {
        Follow(Window, isCertified: true);
        _replica.Propose(1);
        _replica.Wait(TimeSpan.FromSeconds(5));
        _replica.Stabilize(Interval);
        _replica.Wait(milliseconds);

        Assert.That(_replica.SuspectsLeader, Is.EqualTo(isSuspected));
    }

    // A replica that lacks the certificates of what it has got as a checkpoint is behind, and not before a shut window.
    [Test]
    public void Who_is_behind_the_checkpoint_does_not_think_the_window_shut()
    {
        Follow(Interval, isCertified: false);
        Assert.That(_replica.State.LeaderTime.StandsStill, Is.False);
        _replica.Stabilize(Interval);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_replica.State.Stable.Number, Is.GreaterThan(_replica.State.HighNode.Height));
            Assert.That(_replica.State.LeaderTime.StandsStill, Is.False);
        }
    }

    [Test]
    public void Whoever_leads_tells_the_others_that_the_window_is_shut_and_they_keep_it_until_it_opens([ValueSource(nameof(Rules))] HotStuffRuleSet rules)
    {
        var cluster = new Cluster(4, Options with { Rules = rules }) { Loses = static (_, _, message) => message is CheckpointVote or Status };
        for (byte i = 1; i <= 2 * Window; i++)
        {
            cluster.Replicas[0].Propose(i);
            cluster.Run();
        }

        Assert.That(cluster.Replicas.Select(replica => replica.State.LeaderTime.StandsStill), Is.All.True, "though no status has told them");
        cluster.Wait(TimeSpan.FromSeconds(3));
        Assert.That(cluster.Replicas.Select(replica => replica.State.Term), Is.All.Zero);

        cluster.Loses = static (_, _, _) => false;
        cluster.Wait(TimeSpan.FromSeconds(3));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(cluster.Replicas.Select(replica => replica.Committed.Where(entry => entry.Kind == EntryKind.Command).Select(entry => entry.Payload.Span[0]).Distinct().Count()), Is.All.EqualTo((int)(2 * Window)));
            Assert.That(cluster.Replicas.Select(replica => replica.State.Term), Is.All.Zero);
        }
    }

    [Test]
    public void A_window_that_fills_up_without_a_commit_is_committed_by_what_follows_it([ValueSource(nameof(Rules))] HotStuffRuleSet rules)
    {
        var cluster = FillUpWithoutCommit(Options with { Rules = rules }, Window + Interval);
        Assert.That(cluster.Replicas.Select(replica => replica.State.Log.Committed.Value), Is.All.LessThan(Interval));
        Assert.That(cluster.SentOf<NodeProposal>().Where(sent => sent.Node.Height.Value > Window).Select(sent => sent.Block.Batches.Length), Is.Not.Empty.And.All.Zero);

        cluster.Loses = static (_, _, _) => false;
        cluster.Wait(TimeSpan.FromSeconds(5));
        Assert.That(cluster.Replicas.Select(replica => replica.State.Stable.Number.Value), Is.All.GreaterThanOrEqualTo(Window));

        cluster.Replicas[0].Propose(Last);
        cluster.Wait(TimeSpan.FromSeconds(1));
        Assert.That(cluster.Replicas.Select(replica => replica.Committed.Any(entry => entry.Kind == EntryKind.Command && entry.Payload.Span[0] == Last)), Is.All.True);
    }

    // Six terms without a commit would fill four windows of three blocks, and then nobody might propose what commits anything.
    [Test]
    public void However_small_the_window_many_terms_without_a_commit_do_not_end_the_chain([ValueSource(nameof(Rules))] HotStuffRuleSet rules)
    {
        var least = HotStuffOptions.WindowBlocksMin(rules);
        var cluster = FillUpWithoutCommit(Options with { Rules = rules, CheckpointBlocks = 1, WindowBlocks = least }, 40);
        Assert.That(cluster.Replicas.Select(replica => replica.State.Log.Committed.Value), Is.All.Zero);

        cluster.Loses = static (_, _, _) => false;
        cluster.Wait(TimeSpan.FromSeconds(5));
        cluster.Replicas[0].Propose(Last);
        cluster.Wait(TimeSpan.FromSeconds(1));
        Assert.That(cluster.Replicas.Select(replica => replica.Committed.Any(entry => entry.Kind == EntryKind.Command && entry.Payload.Span[0] == Last)), Is.All.True);
    }

    [TestCase(2, 98)]
    [TestCase(3, 99)]
    [TestCase(31, 127)]
    [TestCase(32, 128)]
    [TestCase(33, 132)]
    [TestCase(256, 1024)]
    public void The_window_and_96_empty_nodes_or_three_windows_of_them_may_be_under_way(int window, int reach) =>
        Assert.That(new HotStuffOptions { WindowBlocks = window }.ReachBlocks, Is.EqualTo(reach));

    [TestCase(true, true)]
    [TestCase(false, false)]
    public void Beyond_a_window_without_a_commit_nobody_votes_for_batches(bool isEmpty, bool isVotedFor)
    {
        var cluster = FillUpWithoutCommit(Options, Window);
        cluster.Loses = static (_, _, message) => message is NodeProposal or NodeVote;
        cluster.Wait(TimeSpan.FromSeconds(1));
        var voter = cluster.Replicas.First(replica => replica.State is { IsActive: true, IsLeading: false });
        var (parent, timeouts) = (voter.State.HighNode, voter.State.Timeouts);
        var (view, block) = (voter.State.View, isEmpty ? Empty : Four.Block(Last));
        var schedule = voter.State.Schedule;
        var node = new Node(view, parent.Height.Next, voter.State.High, schedule.RecordAfter(parent.View, parent.Record, view), block.Digest);
        voter.Receive(schedule.LeaderOf(view).Value, Four.Propose(node, block, timeouts, schedule.LeaderOf(view).Value));

        Assert.That(voter.State.Promises.VotedHash == node.Hash, Is.EqualTo(isVotedFor));
    }

    /// <summary>Of each term so few nodes are certified that no rule commits anything, until the chain is so high.</summary>
    private static Cluster FillUpWithoutCommit(HotStuffOptions options, ulong height)
    {
        const int TermViews = 4;
        var certified = options.Rules == HotStuffRuleSet.TwoChain ? 1UL : 2UL;
        var cluster = new Cluster(4, options with { TermViews = TermViews, ViewTimeoutMax = options.ViewTimeout }) { Loses = (_, _, message) => message is NodeVote vote && vote.View.Value % TermViews >= certified };
        for (byte i = 1; cluster.Replicas.Any(replica => replica.State.HighNode.Height.Value < height); i++)
        {
            Assert.That(i, Is.LessThan(Last), "the window fills up");
            cluster.Replicas[i % 4].Propose(i);
            cluster.Wait(TimeSpan.FromSeconds(1));
        }

        return cluster;
    }

    /// <summary>The leader, node 1, proposes one node after the other.</summary>
    private void Follow(ulong count, bool isCertified)
    {
        for (var view = 1UL; view <= count; view++)
        {
            var block = Four.Block((byte)view);
            _nodes.Add(new Node(new ViewNumber(view), new SequenceNumber(view), Four.Certify(_nodes[^1]), _nodes[^1].Record, block.Digest));
            _replica.Receive(1, Four.Propose(_nodes[^1], block, signer: 1));
        }

        if (isCertified)
        {
            _replica.Receive(1, new Certified(Four.Certify(_nodes[^1])));
        }

        Assert.That(_replica.State.HighNode.Height.Value, Is.EqualTo(isCertified ? count : count - 1));
    }
}
