using Consensus.Engine;
using Consensus.Simulation.Clients;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Tests.Faults;

/// <summary>Disks that are so full that not even what a log has reserved is enough.</summary>
public sealed class ExhaustedReserveTests
{
    private const int Seeds = 8;
    private const int SmallSegment = 8 * 1024;

    [Test]
    public void With_small_segments_a_full_disk_exhausts_the_reserve_of_a_log_and_nothing_is_violated()
    {
        var waits = new int[Seeds];
        var violations = new IReadOnlyList<Violation>[Seeds];
        Parallel.For(0, Seeds, i =>
        {
            var options = new SimulationOptions
            {
                Nodes = 3,
                Faults = FaultSet.Of(FaultKind.FullDisk),
                Duration = TimeSpan.FromSeconds(15),
                Workload = static () => new LargeWrites(),
                Clients = 12,
                SegmentBytes = SmallSegment,
                Log = log => new CountingLog(log, () => waits[i]++),
            };
            var run = new SimulationRun((ulong)i + 1, options);
            run.Run();
            violations[i] = run.World.Violations;
        });

        TestContext.Out.WriteLine($"batches that had to wait for space, by seed from 1 on: {string.Join(' ', waits)}");
        Assert.Multiple(() =>
        {
            Assert.That(violations.SelectMany((found, i) => found.Select(violation => $"seed {i + 1}: {violation}")), Is.Empty);
            Assert.That(waits, Has.Some.Positive);
        });
    }

    [Test]
    public void About_half_of_the_runs_have_such_segments()
    {
        var sizes = Enumerable.Range(1, 100).Select(seed => SegmentBytesOf((ulong)seed)).ToArray();
        Assert.That(sizes, Has.Some.EqualTo(SmallSegment));
        Assert.That(sizes.Count(size => size == 256 * 1024), Is.InRange(35, 65));
    }

    private static int SegmentBytesOf(ulong seed) => new World(seed, new SimulationOptions()).Settings.Storage(new DeterministicRandom(1)).Log.SegmentBytes;

    /// <summary>What bursts of too many clients write: a batch of it may be larger than what a small segment has in reserve.</summary>
    private sealed class LargeWrites : IWorkload
    {
        private readonly RegisterWorkload _workload = new();

        public Operation Next(DeterministicRandom random, int client) => _workload.NextOfTooMany(random, client);
    }

    /// <summary>A log that tells when a batch finds no space.</summary>
    private sealed class CountingLog(IWriteAheadLog log, Action onNoSpace) : IWriteAheadLog
    {
        public Lsn LastStaged => log.LastStaged;

        public bool AcceptsWrites => log.AcceptsWrites;

        public void Stage(in LogRecord record) => log.Stage(record);

        public ILogBatch? TakeBatch() => log.TakeBatch();

        public void Persist(ILogBatch batch)
        {
            try
            {
                log.Persist(batch);
            }
            catch (LogSpaceException)
            {
                onNoSpace();
                throw;
            }
        }

        public void TryReclaimSpace() => log.TryReclaimSpace();

        public bool Compact(LogIndex index) => log.Compact(index);

        public void Dispose() => log.Dispose();
    }
}
