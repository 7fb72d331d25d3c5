using Consensus.Cli.Output;

namespace Consensus.Cli.Tests.Demo;

[TestFixture]
public sealed class SparklineTests
{
    [Test]
    public void Bars_grow_from_nothing_to_the_largest_value() => Assert.That(Sparkline.Draw([0, 1, 4, 8], 4), Is.EqualTo(" ▁▄█"));

    [Test]
    public void The_newest_values_are_at_the_right() => Assert.That(Sparkline.Draw([8, 8, 8, 1], 2), Is.EqualTo("█▁"));

    [Test]
    public void Few_values_are_moved_to_the_right() => Assert.That(Sparkline.Draw([1], 3), Is.EqualTo("  █"));

    [Test]
    public void Nothing_is_a_blank_line() => Assert.That(Sparkline.Draw([], 3), Is.EqualTo("   "));

    [Test]
    public void Only_zeros_are_a_blank_line() => Assert.That(Sparkline.Draw([0, 0], 2), Is.EqualTo("  "));
}
