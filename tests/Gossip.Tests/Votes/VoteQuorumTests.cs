namespace Consensus.Gossip.Tests.Votes;

public sealed class VoteQuorumTests
{
    [TestCase(10, 7, 0, 0, VoteVerdict.For)]
    [TestCase(10, 6, 4, 0, VoteVerdict.Open)]
    [TestCase(10, 3, 7, 0, VoteVerdict.Against)]
    [TestCase(10, 7, 0, 3, VoteVerdict.For)]
    [TestCase(10, 6, 0, 3, VoteVerdict.Open)]
    [TestCase(10, 7, 0, 4, VoteVerdict.TooManyLiars, Description = "a quorum does not count where more lie than may")]
    [TestCase(10, 0, 0, 4, VoteVerdict.TooManyLiars)]
    [TestCase(100, 67, 33, 0, VoteVerdict.For)]
    [TestCase(100, 66, 34, 0, VoteVerdict.Open)]
    [TestCase(1_000, 667, 0, 333, VoteVerdict.For)]
    [TestCase(1, 1, 0, 0, VoteVerdict.For)]
    public void A_quorum_decides_unless_too_many_lie(int voters, int votesFor, int against, int both, VoteVerdict verdict) =>
        Assert.That(VoteQuorum.Judge(new VoteTally(votesFor, against, both), voters), Is.EqualTo(verdict));

    // n, f and both quorums: whatever f liars add to what the honest ones have signed, it is not enough for both.
    [Test]
    public void With_at_most_f_liars_there_are_never_two_quorums([Range(1, 60)] int voters)
    {
        var liars = (voters - 1) / 3;
        for (var votesFor = 0; votesFor <= voters - liars; votesFor++)
        {
            var one = VoteQuorum.Judge(new VoteTally(votesFor + liars, 0, 0), voters);
            var other = VoteQuorum.Judge(new VoteTally(0, voters - liars - votesFor + liars, 0), voters);
            Assert.That((one, other), Is.Not.EqualTo((VoteVerdict.For, VoteVerdict.Against)), $"{votesFor} of {voters - liars} honest ones are for");
        }
    }

    [TestCase(1, 4)]
    [TestCase(3, 5)]
    [TestCase(10, 7)]
    [TestCase(1_000_000, 17)]
    public void Who_has_a_quorum_waits_until_everybody_has_heard_what_anybody_knows(int agents, int rounds) => Assert.That(VoteQuorum.SettleRounds(agents), Is.EqualTo(rounds));
}
