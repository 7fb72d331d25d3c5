using Consensus.Cli.Bench;

namespace Consensus.Cli.Tests.Bench;

public sealed class PauseSummaryTests
{
    [TestCase("", null, null, null)]
    [TestCase("7", 7.0, 7.0, 7.0)]
    [TestCase("9,4", 4.0, 4.0, 9.0)]
    [TestCase("30,10,20", 10.0, 20.0, 30.0)]
    public void Half_of_the_pauses_are_not_longer_than_the_one_in_the_middle(string milliseconds, double? shortest, double? median, double? longest)
    {
        TimeSpan[] pauses = [.. milliseconds.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(pause => TimeSpan.FromMilliseconds(int.Parse(pause, System.Globalization.CultureInfo.InvariantCulture)))];

        var summary = PauseSummary.Of(pauses);

        Assert.That((summary.Switches, summary.PauseMs?.Min, summary.PauseMs?.P50, summary.PauseMs?.Max), Is.EqualTo((pauses.Length, shortest, median, longest)));
        Assert.That(summary.PausesMs, Is.EqualTo(pauses.Select(pause => pause.TotalMilliseconds)));
    }

    [TestCase(Hybrid.EpochProtocol.Raft, null)]
    [TestCase(Hybrid.EpochProtocol.Pbft, Hybrid.EpochProtocol.HotStuff)]
    [TestCase(Hybrid.EpochProtocol.HotStuff, Hybrid.EpochProtocol.Raft)]
    public void From_Raft_the_group_is_forced_and_from_the_others_an_operator_orders_the_next(Hybrid.EpochProtocol running, Hybrid.EpochProtocol? next) =>
        Assert.That(SwitchBench.OrderedAfter(running), Is.EqualTo(next));
}
