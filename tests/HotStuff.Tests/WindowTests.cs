namespace Consensus.HotStuff.Tests;

/// <summary>What replicas think of a leader that may not propose more than 16 nodes after the stable checkpoint, while that is waited for.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WindowTests
{
    private const ulong Window = 16;
    private const ulong Interval = 4;

    private static readonly Group Four = Group.Four;
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
