using System.Globalization;
using Consensus.Simulation;
using Consensus.Simulation.Adversaries.Hybrid;
using Consensus.Simulation.Runs;

namespace Consensus.Hybrid.Tests.Floors;

/// <summary>
/// Members that are so far behind that Raft's leader sends them a snapshot, in an epoch of Raft: from whom they get it may lie, and they take none that nobody else vouches for. Snapshots are taken often, and little of the log is kept.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class ForgedSnapshotsTests
{
    [Test]
    public void Who_is_behind_gets_the_leader_s_snapshot([Values(3, 6, 8)] int seed)
    {
        var (run, trace) = Run(seed, adversary: null);

        // The trace is long: it is no message for a test that fails.
        Assert.That((trace.Contains("SnapshotChunk", StringComparison.Ordinal), trace.Contains("SnapshotWitness", StringComparison.Ordinal)), Is.EqualTo((true, true)));
        Assert.That(run.World.LastEpoch, Is.EqualTo(Epoch.Zero));
    }

    [Test]
    public void A_state_that_the_leader_has_made_up_nobody_takes([Range(1, 10)] int seed) => Run(seed, HybridAdversaries.ForgingSnapshots);

    private static (SimulationRun Run, string Trace) Run(int seed, Func<IAdversary>? adversary)
    {
        using var trace = new StringWriter(CultureInfo.InvariantCulture);
        var run = new SimulationRun(
            (ulong)seed,
            new SimulationOptions
            {
                Nodes = 4,
                Protocol = SimulatedProtocol.Hybrid with
                {
                    Create = static (self, context) => new HybridEngine(
                        EpochDescriptor.First(context.Cluster, EpochProtocol.Raft, context.Members, [context.Operator]),
                        SimulationOptions.HybridDefaults with { CheckpointEntries = 8, Raft = SimulationOptions.RaftDefaults with { TrailingEntries = 1 } },
                        new HybridIdentity(self, context.Signer, context.Verifier, new VerifiedSignatures(1024))),
                },
                Replica = new SimulationOptions().Replica with { Snapshots = new SnapshotPolicy(16, 256 * 1024) },
                Faults = FaultSet.Of([FaultKind.Pause, FaultKind.Partition, FaultKind.Restart]),
                Adversary = adversary,
                Duration = TimeSpan.FromSeconds(20),
            },
            trace);
        run.Run();
        Assert.That(run.World.Violations, Is.Empty, $"seed {seed}");
        return (run, $"{trace}");
    }
}
