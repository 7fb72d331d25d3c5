namespace Consensus.Gossip.Tests.Votes;

public sealed class MajorityRuleTests
{
    [TestCase(true, 0, 3, false)]
    [TestCase(true, 1, 3, true, Description = "a tie, the own vote counted")]
    [TestCase(false, 2, 3, false, Description = "a tie")]
    [TestCase(false, 3, 3, true)]
    [TestCase(true, 1, 2, true)]
    [TestCase(true, 0, 2, false)]
    [TestCase(false, 1, 2, false)]
    [TestCase(true, 0, 0, true)]
    [TestCase(false, 0, 0, false)]
    public void An_agent_goes_with_the_majority_and_a_tie_changes_nothing(bool own, int seenFor, int seen, bool next) =>
        Assert.That(MajorityRule.Next(own, seenFor, seen), Is.EqualTo(next));
}
