using Consensus.Simulation;
using Consensus.Simulation.Runs;

namespace Consensus.Hybrid.Tests.Epochs;

/// <summary>Groups that change their engine without an operator and without liars, because their rules say so. Every fourth call of the simulated clients waits until it is certified.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class EpochRulesSimulationTests
{
    // Requirement A7.
    [Test]
    public void A_command_that_must_survive_liars_makes_the_group_move_first([Values(1, 2, 3)] int seed)
    {
        var run = Run(seed, new EpochRules { EscalatesForCommands = true, EscalationTarget = EpochProtocol.HotStuff });

        var epoch = ((HybridCore)run.World.HonestNodes[0].Core!).Running.Descriptor;
        Assert.That((epoch.Number.Value, epoch.Protocol, epoch.IsOrdered), Is.EqualTo((1UL, EpochProtocol.HotStuff, false)));
        Assert.That(run.History.Succeeded, Is.GreaterThan(100));
    }

    [Test]
    public void Otherwise_it_waits_for_a_floor([Values(1, 2)] int seed) => Assert.That(Run(seed, new EpochRules()).World.LastEpoch, Is.EqualTo(Epoch.Zero));

    // Requirement E4: a quiet period, and each member's consent.
    [Test]
    public void Where_the_rules_say_so_the_group_goes_back_when_it_is_quiet_and_to_and_fro_for_each_such_command([Values(1, 2, 3)] int seed)
    {
        var run = Run(seed, new EpochRules { EscalatesForCommands = true, ReturnsAlone = true });

        Assert.That(run.World.LastEpoch.Value, Is.GreaterThanOrEqualTo(4));
        Assert.That(((HybridCore)run.World.HonestNodes[0].Core!).Beginnings.Select(beginning => beginning.Next.Protocol).Take(3), Is.EqualTo(new[] { EpochProtocol.Pbft, EpochProtocol.Raft, EpochProtocol.Pbft }));
    }

    [Test]
    public void Among_crashes_too([Values(11, 12)] int seed) =>
        Run(seed, new EpochRules { EscalatesForCommands = true, ReturnsAlone = true }, FaultKind.Crash, FaultKind.Restart, FaultKind.Partition, FaultKind.Drop, FaultKind.Delay);

    private static SimulationRun Run(int seed, EpochRules rules, params FaultKind[] faults)
    {
        var run = new SimulationRun((ulong)seed, new SimulationOptions
        {
            Nodes = 4,
            Protocol = SimulatedProtocol.Hybrid with
            {
                Create = (self, context) => new HybridEngine(
                    EpochDescriptor.First(context.Cluster, EpochProtocol.Raft, context.Members, [context.Operator], rules),
                    SimulationOptions.HybridDefaults,
                    new HybridIdentity(self, context.Signer, context.Verifier, new VerifiedSignatures(1024))),
            },
            Faults = FaultSet.Of(faults),
            Duration = TimeSpan.FromSeconds(20),
        });
        run.Run();
        Assert.That(run.World.Violations, Is.Empty, $"seed {seed}");
        return run;
    }
}
