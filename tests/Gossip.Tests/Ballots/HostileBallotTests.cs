using Consensus.Gossip.Messages;

namespace Consensus.Gossip.Tests.Ballots;

/// <summary>What nobody honest says about ballots is not taken, and counts against whoever says it; nothing grows without bound.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class HostileBallotTests
{
    [Test]
    public void A_ballot_that_its_maker_did_not_sign_is_not_taken()
    {
        var swarm = new BallotSwarm(1, 4);
        var ballot = swarm.Make();
        var forged = new Ballot(ballot.Id, new NodeId(2), ballot.OpensAt, ballot.ClosesAt, ballot.Question, ballot.Voters, ballot.Signature);
        var changed = new Ballot(ballot.Id, ballot.Maker, ballot.OpensAt, ballot.ClosesAt, "another question"u8.ToArray(), ballot.Voters, ballot.Signature);
        var elsewhere = new BallotSwarm(2, 4).Make();
        Assert.That(swarm.Announce(1, forged), Is.EqualTo($"The ballot {ballot.Id} is not signed by 2, or its id is not that of what it says."));
        Assert.That(swarm.Announce(1, changed), Does.StartWith($"The ballot {ballot.Id} is not signed by 1"));
        Assert.That(swarm.Announce(1, elsewhere), Does.Contain("is not signed by"));
        Assert.That(swarm[1].All, Is.Empty);
        Assert.That(swarm.Announce(1, ballot), Is.Null);
    }

    [Test]
    public void Voters_with_keys_that_are_not_theirs_are_not_taken()
    {
        var swarm = new BallotSwarm(1, 4);
        var ballot = swarm.Make(voters: [.. swarm.Voters(3), new BallotVoter(new NodeId(4), swarm.Registry.PublicKeyOf(new NodeId(3)))]);
        Assert.That(swarm.Announce(1, ballot), Is.EqualTo($"The ballot {ballot.Id} names 4 with a key that is not known to be its own."));
        var stranger = swarm.Make(voters: swarm.Voters(5));
        Assert.That(swarm.Announce(1, stranger), Is.EqualTo($"The ballot {stranger.Id} names 5 with a key that is not known to be its own."));
    }

    [TestCase(-120, 60, "is over.")]
    [TestCase(31, 60, "opens 31,000 ms from now; allowed: up to 00:00:30 (AheadMax).")]
    [TestCase(0, 3_601, "is open for 3,601,000 ms; allowed: up to 01:00:00 (OpenTimeMax).")]
    public void Neither_is_one_of_another_time(int opensIn, int seconds, string expected)
    {
        var swarm = new BallotSwarm(1, 4);
        var ballot = swarm.Make(open: TimeSpan.FromSeconds(seconds), opensAt: new Timestamp(swarm.Time.UnixMilliseconds + (1_000L * opensIn)));
        Assert.That(swarm.Announce(1, ballot), Is.EqualTo($"The ballot {ballot.Id} {expected}"));
    }

    [Test]
    public void No_maker_has_more_than_its_share_and_all_together_no_more_than_there_is_room_for()
    {
        var swarm = new BallotSwarm(1, 10, options: new BallotOptions { BallotsMax = 10, BallotsMaxEach = 4 });
        var refused = new List<string>();
        for (var maker = 1u; maker <= 4; maker++)
        {
            for (var i = 0; i < 5; i++)
            {
                if (swarm.Announce(1, swarm.Make($"{i}", maker: maker)) is { } defect)
                {
                    refused.Add(defect);
                }
            }
        }

        Assert.That(swarm[1].All.Count(), Is.EqualTo(10));
        Assert.That(refused.Distinct(StringComparer.Ordinal), Is.EqualTo(new[] { "4 ballots of 1 are known; allowed: no more (BallotsMaxEach).", "4 ballots of 2 are known; allowed: no more (BallotsMaxEach).", "10 ballots are known; allowed: 10 (BallotsMax)." }));
    }

    [Test]
    public void What_is_announced_unasked_is_rejected_and_what_is_not_known_is_asked_for_once_at_a_time()
    {
        var swarm = new BallotSwarm(1, 4);
        var ballot = swarm.Make();
        swarm.Say(1, 2, new BallotAnnouncement(ballot));
        Assert.That(swarm.Network[1].Rejections.Single().Reason, Is.EqualTo($"The ballot {ballot.Id} was announced, and not asked for."));
        Assert.That(swarm[1].All, Is.Empty);

        var requests = 0;
        swarm.Network.OnSent = (_, _, message, _) => requests += message is BallotRequest ? 1 : 0;
        for (var i = 0; i < 200; i++)
        {
            swarm.Say(1, 2, new BallotDigest(ballot.Id, [0], [0], IsAnswer: false));
            swarm.Say(1, 2, new BallotDigest(new Digest([.. BitConverter.GetBytes((long)i), .. new byte[24]]), [], [], IsAnswer: false));
        }

        Assert.That(requests, Is.EqualTo(64));
    }

    [Test]
    public void Votes_of_nobody_and_digests_of_others_than_the_voters_are_rejected()
    {
        var swarm = new BallotSwarm(1, 9);
        var ballot = swarm.Make();
        swarm.Announce(1, ballot);
        var real = new BallotVote(1, true, ballot.Sign(swarm.Swarm, true, swarm.Registry.CreateSigner(new NodeId(2))));
        swarm.Say(1, 2, new BallotVotes(ballot.Id, [real with { Voter = 9 }]));
        swarm.Say(1, 2, new BallotVotes(ballot.Id, [real with { Voter = 2 }, real]));
        swarm.Say(1, 2, new BallotVotes(ballot.Id, [real with { IsFor = false }]));
        swarm.Say(1, 2, new BallotDigest(ballot.Id, [0], [0, 0], IsAnswer: false));
        Assert.That(swarm.Network[1].Rejections.Select(rejection => rejection.Reason), Is.EqualTo(new[]
        {
            $"It passes on a vote of the voter at 9 in the ballot {ballot.Id}; allowed: 0 to 8.",
            $"It passes on a vote in the ballot {ballot.Id} that 3 did not sign.",
            $"It passes on a vote in the ballot {ballot.Id} that 2 did not sign.",
            $"It speaks of 8 and 16 voters in the ballot {ballot.Id}; allowed: 16.",
        }));
        Assert.That(swarm[1].Find(ballot.Id)!.HeardShare, Is.Zero, "nothing behind a forged vote is looked at");
        swarm.Say(1, 2, new BallotVotes(ballot.Id, [real]));
        Assert.That(swarm[1].Find(ballot.Id)!.Tally, Is.EqualTo(new VoteTally(1, 0, 0)));
    }

    [Test]
    public void Who_signs_both_votes_is_shown_to_all_with_both()
    {
        var swarm = new BallotSwarm(1, 4);
        var ballot = swarm.Make();
        swarm.AnnounceToAll(ballot);
        swarm.Cast(1, ballot, isFor: true);
        var other = new BallotVote(0, false, ballot.Sign(swarm.Swarm, false, swarm.Registry.CreateSigner(new NodeId(1))));
        swarm.Say(3, 2, new BallotVotes(ballot.Id, [other]));
        swarm.Network.Run(TimeSpan.FromSeconds(2));

        foreach (var node in swarm.Network.Nodes)
        {
            var told = node.Events.Select(each => each.Event).OfType<VoterEquivocated>().Single();
            Assert.That(told.Voter, Is.EqualTo(new NodeId(1)));
            Assert.That(ballot.Verify(swarm.Swarm, new BallotVote(0, true, told.For), swarm.Registry) && ballot.Verify(swarm.Swarm, new BallotVote(0, false, told.Against), swarm.Registry), Is.True);
            Assert.That(swarm[node.Id.Value].Find(ballot.Id)!.Tally, Is.EqualTo(new VoteTally(0, 0, 1)));
        }
    }

    [Test]
    public void A_certificate_with_too_few_votes_votes_twice_or_others_votes_is_none()
    {
        var swarm = new BallotSwarm(1, 4);
        var ballot = swarm.Make();
        BallotVote[] votes = [.. Enumerable.Range(0, 4).Select(place => new BallotVote(place, true, ballot.Sign(swarm.Swarm, true, swarm.Registry.CreateSigner(new NodeId((uint)place + 1)))))];
        Assert.That(Holds(votes[0], votes[1], votes[2]), Is.True);
        Assert.That(Holds(votes[0], votes[1]), Is.False);
        Assert.That(Holds(votes[0], votes[1], votes[1]), Is.False);
        Assert.That(Holds(votes[0], votes[1], votes[2] with { Voter = 3 }), Is.False);
        Assert.That(Holds(votes[0], votes[1], votes[2] with { IsFor = false }), Is.False);
        Assert.That(Holds(votes[0], votes[1], votes[3] with { Voter = 4 }), Is.False);
        Assert.That(new BallotCertificate(ballot, false, [votes[0], votes[1], votes[2]]).Holds(swarm.Swarm, swarm.Registry), Is.False);

        bool Holds(params BallotVote[] of) => new BallotCertificate(ballot, true, [.. of]).Holds(swarm.Swarm, swarm.Registry);
    }

    [Test]
    public void A_ballot_is_as_it_may_be_or_is_not_made()
    {
        var swarm = new BallotSwarm(1, 4);
        Assert.That(() => swarm.Make(voters: [.. swarm.Voters(2), .. swarm.Voters(2)]), Throws.ArgumentException.With.Message.StartsWith("A voter is named twice, or not in the order of the numbers."));
        Assert.That(() => swarm.Make(voters: []), Throws.ArgumentException.With.Message.StartsWith("0 may vote; allowed: 1 to 4,096."));
        Assert.That(() => swarm.Make(open: TimeSpan.Zero), Throws.ArgumentException.With.Message.Contains("allowed: later."));
        Assert.That(() => swarm.Make(question: new string('x', 4_097)), Throws.ArgumentException.With.Message.StartsWith("The question has 4,097 bytes; allowed: up to 4,096."));
        var ballot = swarm.Make(voters: swarm.Voters(4).Reverse());
        Assert.That(ballot.Voters.Select(voter => voter.Id.Value), Is.EqualTo(new uint[] { 1, 2, 3, 4 }));
        Assert.That(Enumerable.Range(0, 6).Select(id => ballot.PlaceOf(new NodeId((uint)id))), Is.EqualTo(new[] { -1, 0, 1, 2, 3, -1 }));
        Assert.That((ballot.Quorum, ballot.FaultsMax), Is.EqualTo((3, 1)));
    }
}
