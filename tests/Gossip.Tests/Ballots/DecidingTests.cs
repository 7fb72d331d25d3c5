namespace Consensus.Gossip.Tests.Ballots;

/// <summary>All decide the same, whatever liars and the network do, or say that nothing can be decided.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class DecidingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(50);

    private static readonly VoterLie[] Lies = Enum.GetValues<VoterLie>();

    [Test]
    public void Where_all_want_the_same_all_decide_it_and_can_prove_it([Values(1u, 2u, 3u, 4u, 10u, 50u)] uint size, [Values(0, 0.2)] double loss, [Values] bool isFor, [Values(1, 2)] int seed)
    {
        var swarm = new BallotSwarm((ulong)seed, size);
        swarm.Network.Loss = loss;
        var ballot = swarm.Make();
        swarm.AnnounceToAll(ballot);
        for (var id = 1u; id <= size; id++)
        {
            swarm.Cast(id, ballot, isFor);
        }

        Assert.That(swarm.RunUntilClosed(ballot, Patience), Is.Not.Null);
        Assert.That(swarm.Outcomes(ballot), Has.All.EqualTo(isFor ? BallotOutcome.For : BallotOutcome.Against));
        foreach (var core in swarm.Cores)
        {
            var status = core.Find(ballot.Id)!;
            Assert.That(status.Certificate!.IsFor, Is.EqualTo(isFor));
            Assert.That(status.Certificate.Holds(swarm.Swarm, swarm.Registry), Is.True);
            Assert.That(core.Checked, Is.LessThanOrEqualTo(size), "no vote is checked twice");
        }

        Assert.That(swarm.Network.Nodes.SelectMany(node => node.Rejections), Is.Empty);
    }

    [Test]
    public void With_at_most_a_third_of_liars_all_decide_what_the_honest_ones_want([Values(4u, 10u)] uint size, [ValueSource(nameof(Lies))] VoterLie lie, [Values(0, 0.1)] double loss, [Range(1, 15)] int seed) =>
        DecideWith(size, (size - 1) / 3, lie, loss, seed);

    [Test]
    public void So_do_a_hundred([ValueSource(nameof(Lies))] VoterLie lie, [Values(1, 2)] int seed) => DecideWith(100, 33, lie, 0.02, seed);

    [TestCase(VoterLie.LateSplit)]
    [TestCase(VoterLie.Oppose)]
    public void So_do_a_thousand(VoterLie lie) => DecideWith(1_000, 333, lie, 0, 5);

    // Each of the four liars shows both votes: seven are for, and seven against.
    [Test]
    public void With_more_liars_nobody_ever_decides_otherwise_than_another([Values(10u, 7u)] uint size, [Values(VoterLie.Split, VoterLie.LateSplit, VoterLie.Hunt, VoterLie.Oppose)] VoterLie lie, [Values(0, 0.1)] double loss, [Range(1, 50)] int seed)
    {
        var liars = ((size - 1) / 3) + 1;
        var swarm = new BallotSwarm((ulong)seed, size, liars, lie: lie);
        swarm.Network.Loss = loss;
        var ballot = swarm.Make(open: TimeSpan.FromSeconds(30));
        swarm.AnnounceToAll(ballot);
        for (var id = 1u; id <= swarm.Honest; id++)
        {
            swarm.Cast(id, ballot, isFor: (id & 1) == 0);
        }

        Assert.That(swarm.RunUntilClosed(ballot, Patience), Is.Not.Null);
        var outcomes = swarm.Outcomes(ballot);
        Assert.That(outcomes.Contains(BallotOutcome.For) && outcomes.Contains(BallotOutcome.Against), Is.False, string.Join(", ", outcomes));
        if (lie == VoterLie.Split)
        {
            Assert.That(outcomes, Has.All.EqualTo(BallotOutcome.TooManyLiars), "all know that there are");
            Assert.That(swarm.Cores.Select(core => core.Find(ballot.Id)!.Liars.Length), Has.All.EqualTo((int)liars));
        }
    }

    [Test]
    public void Where_the_honest_ones_disagree_too_much_all_say_so()
    {
        var swarm = new BallotSwarm(1, 10);
        var ballot = swarm.Make();
        swarm.AnnounceToAll(ballot);
        for (var id = 1u; id <= 8; id++)
        {
            swarm.Cast(id, ballot, isFor: id <= 4);
        }

        Assert.That(swarm.RunUntilClosed(ballot, TimeSpan.FromSeconds(5)), Is.Not.Null, "whatever the two others vote");
        Assert.That(swarm.Outcomes(ballot), Has.All.EqualTo(BallotOutcome.Split));
    }

    [Test]
    public void Where_too_few_vote_all_say_so_when_it_is_over_and_who_has_not()
    {
        var swarm = new BallotSwarm(2, 10);
        var ballot = swarm.Make(open: TimeSpan.FromSeconds(20));
        swarm.AnnounceToAll(ballot);
        for (var id = 1u; id <= 6; id++)
        {
            swarm.Cast(id, ballot, isFor: true);
        }

        swarm.Network.Run(TimeSpan.FromSeconds(19));
        Assert.That(swarm.Outcomes(ballot), Has.All.EqualTo(BallotOutcome.Open));
        var status = swarm[9].Find(ballot.Id)!;
        Assert.That((status.HeardShare, status.Agreement, status.Tally), Is.EqualTo((0.6, 0.6, new VoteTally(6, 0, 0))));
        swarm.Network.Run(TimeSpan.FromSeconds(2));
        Assert.That(swarm.Outcomes(ballot), Has.All.EqualTo(BallotOutcome.Expired));
        Assert.That(swarm[1].Find(ballot.Id)!.Missing.Select(id => id.Value), Is.EqualTo(new uint[] { 7, 8, 9, 10 }));

        swarm.Network.Run(TimeSpan.FromMinutes(2));
        Assert.That(swarm.Cores.SelectMany(core => core.All), Is.Empty, "it is forgotten");
    }

    [Test]
    public void A_late_vote_decides_soon_although_it_was_still_for_long()
    {
        var swarm = new BallotSwarm(3, 10);
        var ballot = swarm.Make();
        swarm.AnnounceToAll(ballot);
        for (var id = 1u; id <= 6; id++)
        {
            swarm.Cast(id, ballot, isFor: true);
        }

        swarm.Network.Run(TimeSpan.FromSeconds(30));
        var sent = swarm.Network.Nodes.Sum(node => node.MessagesSent);
        swarm.Network.Run(TimeSpan.FromSeconds(10));
        Assert.That(swarm.Network.Nodes.Sum(node => node.MessagesSent) - sent, Is.LessThan(10 * 3 * 5), "each compares its votes with three others every 3.2 s");
        swarm.Cast(7, ballot, isFor: true);
        Assert.That(swarm.RunUntilClosed(ballot, TimeSpan.FromSeconds(7)), Is.Not.Null);

        swarm.Network.Run(TimeSpan.FromSeconds(8));
        sent = swarm.Network.Nodes.Sum(node => node.MessagesSent);
        swarm.Network.Run(TimeSpan.FromSeconds(5));
        Assert.That(swarm.Network.Nodes.Sum(node => node.MessagesSent), Is.EqualTo(sent), "when all know, nobody says anything");
    }

    [Test]
    public void Parts_of_a_divided_swarm_decide_when_they_are_together_again()
    {
        var swarm = new BallotSwarm(4, 10);
        var ballot = swarm.Make();
        swarm.AnnounceToAll(ballot);
        swarm.Network.IsCut = static (from, to) => from.Value <= 5 != to.Value <= 5;
        for (var id = 1u; id <= 10; id++)
        {
            swarm.Cast(id, ballot, isFor: true);
        }

        swarm.Network.Run(TimeSpan.FromSeconds(20));
        Assert.That(swarm.Outcomes(ballot), Has.All.EqualTo(BallotOutcome.Open));
        swarm.Network.IsCut = static (_, _) => false;
        Assert.That(swarm.RunUntilClosed(ballot, TimeSpan.FromSeconds(10)), Is.Not.Null);
    }

    [Test]
    public void Whoever_has_not_heard_of_it_or_has_forgotten_all_asks_what_is_voted_about_and_decides_too()
    {
        var swarm = new BallotSwarm(5, 10);
        var ballot = swarm.Make();
        for (var id = 1u; id <= 9; id++)
        {
            swarm.Announce(id, ballot);
            swarm.Cast(id, ballot, isFor: false);
        }

        Assert.That(swarm.RunUntilClosed(ballot, TimeSpan.FromSeconds(10)), Is.Not.Null);
        Assert.That(swarm.Network[10].Events.Select(told => told.Event), Has.One.InstanceOf<BallotOpened>());

        swarm.Network.Stop(swarm.Network[9]);
        swarm.Start(9);
        swarm.Announce(9, ballot);
        Assert.That(swarm.RunUntilClosed(ballot, TimeSpan.FromSeconds(10)), Is.Not.Null);
        Assert.That(swarm[9].Find(ballot.Id)!.Tally.Against, Is.GreaterThanOrEqualTo(7));
    }

    private static void DecideWith(uint size, uint liars, VoterLie lie, double loss, int seed)
    {
        var swarm = new BallotSwarm((ulong)seed, size, liars, lie: lie);
        swarm.Network.Loss = loss;
        var ballot = swarm.Make();
        swarm.AnnounceToAll(ballot);
        for (var id = 1u; id <= swarm.Honest; id++)
        {
            swarm.Cast(id, ballot, isFor: true);
        }

        var after = swarm.RunUntilClosed(ballot, Patience);
        Assert.That(after, Is.Not.Null);
        TestContext.Out.WriteLine($"{after}, {swarm.Network.Nodes.Take((int)swarm.Honest).Average(node => node.BytesSent):N0} bytes a node");
        Assert.That(swarm.Outcomes(ballot), Has.All.EqualTo(BallotOutcome.For));
        Assert.That(swarm.Cores.Max(core => core.Checked), Is.LessThan(lie is VoterLie.Forge or VoterLie.Replay ? long.MaxValue : 2 * size), "each vote once");
        Assert.That(swarm.Network.Nodes.Take((int)swarm.Honest).SelectMany(node => node.Rejections).Select(rejection => rejection.From.Value), Has.All.GreaterThan(swarm.Honest), "honest ones do nothing wrong");
    }
}
