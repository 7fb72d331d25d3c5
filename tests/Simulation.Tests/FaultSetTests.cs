namespace Consensus.Simulation.Tests;

public sealed class FaultSetTests
{
    [TestCase("all", "all")]
    [TestCase("none", "none")]
    [TestCase("", "none")]
    [TestCase("crash, drop", "drop,crash")]
    [TestCase("drop,drop", "drop")]
    [TestCase("none,pause", "pause")]
    [TestCase("drop,crash,-drop", "crash")]
    public void A_list_is_read(string text, string kinds) => Assert.That(FaultSet.Parse(text).ToString(), Is.EqualTo(kinds));

    [Test]
    public void What_is_written_is_read_again([Values("all", "none", "drop,bridge,skew", "all,-crash")] string text)
    {
        var set = FaultSet.Parse(text);
        Assert.That(FaultSet.Parse(set.ToString()).Kinds, Is.EqualTo(set.Kinds));
    }

    [Test]
    public void An_unknown_name_is_answered_with_the_known_ones()
    {
        var failure = Assert.Throws<FormatException>(() => FaultSet.Parse("crash,fire"));
        Assert.That(failure!.Message, Does.Contain("'fire'").And.Contain(string.Join(", ", FaultKind.All)));
    }

    [Test]
    public void Names_are_unique() => Assert.That(FaultKind.All.Select(kind => kind.Name), Is.Unique);

    [Test]
    public void A_small_group_has_fewer_kinds()
    {
        Assert.That(FaultSet.All.For(1).Contains(FaultKind.Partition), Is.False);
        Assert.That(FaultSet.All.For(2).Contains(FaultKind.Amnesia), Is.False);
        Assert.That(FaultSet.All.For(3).Kinds, Is.EqualTo(FaultKind.All));
    }
}
