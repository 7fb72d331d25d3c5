using Consensus.Cli.Bench;

namespace Consensus.Cli.Tests.Bench;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ClosedLoopTests
{
    private static readonly BenchOptions Options = new()
    {
        Algorithm = "raft",
        Nodes = 3,
        Load = BenchLoad.Writes,
        Lease = false,
        Clients = 2,
        ValueSize = 16,
        Duration = TimeSpan.FromMilliseconds(30),
        WarmUp = TimeSpan.FromMilliseconds(1),
        InMemory = true,
        Processes = false,
        Tls = false,
        AnyNode = false,
    };

    private readonly MemoryBenchTarget _target = new();

    [Test]
    public async Task A_long_measurement_looks_at_the_memory_in_every_interval()
    {
        var measured = await new ClosedLoop(_target, Options with { MemoryInterval = TimeSpan.FromMilliseconds(5) }).RunAsync(default);

        Assert.That(measured.Memory, Is.EqualTo(new MemorySummary(6, 0.005, new MemoryTrend(110, 160, 115, 155), new MemoryTrend(50, 50, 50, 50))));
    }

    // Each look collects all garbage, which a short measurement would feel.
    [Test]
    public async Task A_short_measurement_does_not_look_at_the_memory()
    {
        var measured = await new ClosedLoop(_target, Options).RunAsync(default);

        Assert.That(measured.Memory, Is.Null);
        Assert.That(_target.Looks, Is.Zero);
    }

    [Test]
    public async Task A_wrong_answer_counts_even_before_the_measurement_begins()
    {
        var reads = 0;
        _target.Distort = answer => Interlocked.Increment(ref reads) == 1 ? answer with { IsFound = false } : answer;

        // On a busy machine a measurement may be over before anybody has read.
        LoadMeasurement measured;
        do
        {
            measured = await new ClosedLoop(_target, Options with { Load = BenchLoad.Reads }).RunAsync(default);
        }
        while (reads == 0);

        Assert.That(measured.Wrong, Is.EqualTo(1));
    }

    [TestCase(BenchLoad.Reads, ReadConsistency.Linearizable)]
    [TestCase(BenchLoad.StaleReads, ReadConsistency.Stale)]
    public async Task The_load_decides_how_current_answers_must_be(object load, ReadConsistency expected)
    {
        await new ClosedLoop(_target, Options with { Load = (BenchLoad)load }).RunAsync(default);

        Assert.That(_target.Reads, Is.Not.Empty.And.All.EqualTo(expected));
    }

    [TestCase(BenchLoad.Writes, false, "writes")]
    [TestCase(BenchLoad.Reads, false, "linearizable_reads")]
    [TestCase(BenchLoad.Reads, true, "lease_reads")]
    [TestCase(BenchLoad.StaleReads, false, "stale_reads")]
    public async Task The_result_names_the_load(object load, bool lease, string name)
    {
        var options = Options with { Load = (BenchLoad)load, Lease = lease };

        var result = BenchResult.Of(options, await new ClosedLoop(_target, options).RunAsync(default));

        Assert.That(result.Load, Is.EqualTo(name));
    }
}
