using Consensus.Raft.Quorum;
using FsCheck;
using FsCheck.Fluent;

namespace Consensus.Raft.Tests.Quorum;

[TestFixture]
public sealed class QuorumMathTests
{
    private static Arbitrary<ulong[]> Reached => Arb.From(Gen.ArrayOf(
        from tops in Gen.Choose(0, 1)
        from value in Gen.Choose(0, 5)
        select tops == 0 ? (ulong)value : ulong.MaxValue - (ulong)value));

    [TestCase(0, 1)]
    [TestCase(1, 1)]
    [TestCase(2, 2)]
    [TestCase(3, 2)]
    [TestCase(4, 3)]
    [TestCase(5, 3)]
    [TestCase(6, 4)]
    [TestCase(7, 4)]
    [TestCase(100, 51)]
    public void A_majority_is_more_than_half(int voters, int size) => Assert.That(QuorumMath.Size(voters), Is.EqualTo(size));

    [TestCase(new ulong[] { 7 }, 7UL)]
    [TestCase(new ulong[] { 7, 3 }, 3UL)]
    [TestCase(new ulong[] { 7, 3, 5 }, 5UL)]
    [TestCase(new ulong[] { 7, 3, 5, 4 }, 4UL)]
    [TestCase(new ulong[] { 9, 9, 0, 0, 0 }, 0UL, Description = "those that have not answered count as zero")]
    [TestCase(new ulong[] { 9, 8, 7, 0, 0 }, 7UL)]
    [TestCase(new ulong[] { ulong.MaxValue, ulong.MaxValue, 1 }, ulong.MaxValue)]
    public void A_majority_has_reached(ulong[] reached, ulong expected) => Assert.That(QuorumMath.Reached(reached, QuorumMath.Size(reached.Length)), Is.EqualTo(expected));

    [Test]
    public void An_empty_set_has_no_say()
    {
        Assert.That(QuorumMath.Reached([], 0), Is.EqualTo(ulong.MaxValue));
        Assert.That(QuorumMath.Tally(0, 0, 0, 0), Is.EqualTo(VoteOutcome.Won));
    }

    [Test]
    public void What_is_reached_is_the_largest_number_that_more_than_half_have() =>
        Prop.ForAll(Reached, reached =>
        {
            var expected = reached.Where(value => reached.Count(other => other >= value) * 2 > reached.Length).DefaultIfEmpty(ulong.MaxValue).Max();
            return QuorumMath.Reached([.. reached], QuorumMath.Size(reached.Length)) == expected;
        }).QuickCheckThrowOnFailure();

    /// <summary>Every tally of up to nine voters against every way in which those who have not answered still may.</summary>
    [Test]
    public void A_vote_is_decided_exactly_when_no_further_answer_can_change_it()
    {
        for (var voters = 1; voters <= 9; voters++)
        {
            for (var granted = 0; granted <= voters; granted++)
            {
                for (var rejected = 0; rejected <= voters - granted; rejected++)
                {
                    var canWin = (voters - rejected) * 2 > voters;
                    var hasWon = granted * 2 > voters;
                    var expected = hasWon ? VoteOutcome.Won : canWin ? VoteOutcome.Pending : VoteOutcome.Lost;
                    Assert.That(QuorumMath.Tally(voters, QuorumMath.Size(voters), granted, rejected), Is.EqualTo(expected), $"{granted} for, {rejected} against, of {voters}");
                }
            }
        }
    }
}
