namespace Consensus.Raft.Tests;

[TestFixture]
public sealed class RaftOptionsTests
{
    private static IEnumerable<TestCaseData> Wrong()
    {
        var ok = new RaftOptions();
        yield return Case(ok with { HeartbeatInterval = TimeSpan.Zero }, "HeartbeatInterval is 0s; allowed: more than 0.");
        yield return Case(ok with { HeartbeatInterval = TimeSpan.FromMilliseconds(-1) }, "HeartbeatInterval is -1ms; allowed: more than 0.");
        yield return Case(ok with { HeartbeatInterval = TimeSpan.FromMilliseconds(50) }, "HeartbeatInterval is 50ms; allowed: less than a third of ElectionTimeoutMin (150ms).");
        yield return Case(ok with { ElectionTimeoutMax = ok.ElectionTimeoutMin }, "ElectionTimeoutMax is 150ms; allowed: more than ElectionTimeoutMin (150ms).");
        yield return Case(ok with { ElectionTimeoutMax = TimeSpan.MaxValue }, "ElectionTimeoutMax is 10675199.02:48:05.4775807; allowed: at most 10m.");
        yield return Case(ok with { HeartbeatInterval = TimeSpan.MaxValue }, "HeartbeatInterval is 10675199.02:48:05.4775807; allowed: less than a third of ElectionTimeoutMin (150ms).");
        yield return Case(ok with { AppendBytesMax = 1023 }, "AppendBytesMax is 1023; allowed: 1,024 to 4,194,304 bytes.");
        yield return Case(ok with { AppendBytesMax = 4_194_305 }, "AppendBytesMax is 4194305; allowed: 1,024 to 4,194,304 bytes.");
        yield return Case(ok with { InflightMessagesMax = 0 }, "InflightMessagesMax is 0; allowed: 1 to 4,096.");
        yield return Case(ok with { InflightMessagesMax = 4097 }, "InflightMessagesMax is 4097; allowed: 1 to 4,096.");
        yield return Case(ok with { InflightBytesMax = ok.AppendBytesMax - 1 }, "InflightBytesMax is 262143; allowed: at least AppendBytesMax (262144).");
        yield return Case(ok with { UncommittedBytesMax = ok.AppendBytesMax - 1 }, "UncommittedBytesMax is 262143; allowed: at least AppendBytesMax (262144).");
        yield return Case(ok with { LogBytesMax = ok.UncommittedBytesMax - 1 }, "LogBytesMax is 33554431; allowed: at least UncommittedBytesMax (33554432).");
        yield return Case(ok with { CommitNoticeDelay = TimeSpan.FromTicks(-10_000) }, "CommitNoticeDelay is -1ms; allowed: 0 to 1s.");
        yield return Case(ok with { CommitNoticeDelay = TimeSpan.FromMilliseconds(1001) }, "CommitNoticeDelay is 1001ms; allowed: 0 to 1s.");
        yield return Case(ok with { TrailingEntries = -1 }, "TrailingEntries is -1; allowed: 0 or more.");
        yield return Case(ok with { TrailingBytesMax = -1 }, "TrailingBytesMax is -1; allowed: 0 or more.");
        yield return Case(ok with { SnapshotChunkBytes = 1023 }, "SnapshotChunkBytes is 1023; allowed: 1,024 to 4,194,304 bytes.");
        yield return Case(ok with { SnapshotChunkBytes = 4_194_305 }, "SnapshotChunkBytes is 4194305; allowed: 1,024 to 4,194,304 bytes.");
        yield return Case(ok with { PendingReadsMax = 0 }, "PendingReadsMax is 0; allowed: 1 or more.");
        yield return Case(ok with { CatchUpEntriesMax = -1 }, "CatchUpEntriesMax is -1; allowed: 0 or more.");
        yield return Case(ok with { ClockDriftMax = -0.01 }, "ClockDriftMax is -0.01; allowed: 0 to 0.5.");
        yield return Case(ok with { ClockDriftMax = 0.51 }, "ClockDriftMax is 0.51; allowed: 0 to 0.5.");
        yield return Case(ok with { ClockDriftMax = double.NaN }, "ClockDriftMax is NaN; allowed: 0 to 0.5.");
        yield return Case(ok with { Reads = (ReadMode)99 }, "Reads is 99; allowed: ReadIndex or Lease.");
    }

    private static IEnumerable<TestCaseData> AtTheBounds()
    {
        var ok = new RaftOptions();
        yield return new TestCaseData(ok).SetArgDisplayNames("defaults");
        yield return new TestCaseData(ok with { AppendBytesMax = 1024, InflightBytesMax = 1024, UncommittedBytesMax = 1024, LogBytesMax = 1024, SnapshotChunkBytes = 1024 }).SetArgDisplayNames("smallest sizes");
        yield return new TestCaseData(ok with { AppendBytesMax = 4_194_304, SnapshotChunkBytes = 4_194_304, InflightMessagesMax = 4096 }).SetArgDisplayNames("largest sizes");
        yield return new TestCaseData(ok with { InflightMessagesMax = 1, TrailingEntries = 0, TrailingBytesMax = 0, PendingReadsMax = 1, CatchUpEntriesMax = 0, ClockDriftMax = 0 }).SetArgDisplayNames("smallest numbers");
        yield return new TestCaseData(ok with { ClockDriftMax = 0.5, Reads = ReadMode.Lease }).SetArgDisplayNames("largest drift");
    }

    [TestCaseSource(nameof(Wrong))]
    public void A_setting_out_of_bounds_is_named_with_what_is_allowed(RaftOptions options, string expected) =>
        Assert.That(options.Validate(), Is.EqualTo(new[] { expected }));

    [TestCaseSource(nameof(AtTheBounds))]
    public void Settings_at_their_bounds_are_allowed(RaftOptions options) => Assert.That(options.Validate(), Is.Empty);

    [Test]
    public void All_problems_are_reported_at_once() =>
        Assert.That(new RaftOptions { PendingReadsMax = 0, TrailingEntries = -1, ClockDriftMax = 1 }.Validate(), Has.Count.EqualTo(3));

    private static TestCaseData Case(RaftOptions options, string expected) => new TestCaseData(options, expected).SetArgDisplayNames(expected);
}
