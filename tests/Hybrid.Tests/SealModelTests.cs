using Consensus.Hybrid.Tests.Model;

namespace Consensus.Hybrid.Tests;

/// <summary>
/// The end of an epoch that Raft runs, over all that can happen to four replicas in two terms: what was told to callers is where the next epoch begins. And each rule is needed. See docs/hybrid.md.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class SealModelTests
{
    [TestCase(false, 2, 2, true)]
    [TestCase(true, 1, 2, true)]
    [TestCase(true, 2, 1, true)]
    [TestCase(true, 2, 2, false)]
    public void Nothing_that_callers_were_told_is_lost(bool hasLiar, int entries, int terms, bool hasSeals)
    {
        var explorer = new Explorer(Rules.Right, new Bounds(hasLiar, entries, terms, hasSeals));

        Assert.That(explorer.Explore(), Is.Null);
        Assert.That(explorer.Ended, Is.GreaterThan(1000));
        TestContext.Out.WriteLine($"{explorer.Count} worlds, the epoch ended in {explorer.Ended}.");
    }
}
