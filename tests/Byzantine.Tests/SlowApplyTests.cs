namespace Consensus.Byzantine.Tests;

/// <summary>Whole groups in which everybody orders faster than he applies, so that windows are shut most of the time: no leader is replaced for that.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class SlowApplyTests
{
    // For each block: the state after the next checkpoint, eight blocks later, is known after more than ViewTimeout.
    private static readonly TimeSpan ApplyDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    [Test]
    public void No_leader_is_replaced_because_everybody_is_slow_to_apply([Values("pbft", "hotstuff")] string engine, [Values(1, 2, 3)] int seed)
    {
        SlowStates? slow = null;
        var options = new SimulationOptions
        {
            Nodes = 4,
            Duration = Duration,
            Clients = 16,
            Client = new ClientSettings { ThinkTime = TimeSpan.FromMilliseconds(5), KeepsSession = true },
            Faults = FaultSet.None,
            Protocol = EngineUnderTest.Simulated(engine, trailingBlocks: 16).WatchedBy(world => slow = new SlowStates(world)),
        };

        var run = new ObservedRun(new Simulator(options), (ulong)seed);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(slow!.ShutTurns, Is.GreaterThan(100), "the windows are shut");
            Assert.That(run.HasGivenUpLeader, Is.False);
        }
    }

    /// <summary>Makes all state machines slow for nearly all the time, and counts how often a core finds its window shut.</summary>
    private sealed class SlowStates(World world) : Checker
    {
        public override string Name => "slow states";

        public int ShutTurns { get; private set; }

        public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
        {
            node.ApplyDelay = world.Agenda.Now - Ticks.Zero < Duration * 0.9 ? ApplyDelay : TimeSpan.Zero;
            ShutTurns += StateOf(node) is { LeaderTime.StandsStill: true } ? 1 : 0;
        }

        private static OrderingState? StateOf(SimulatedNode node) => node.Core switch
        {
            Pbft.PbftCore pbft => pbft.State,
            HotStuff.HotStuffCore hotStuff => hotStuff.State,
            _ => null,
        };
    }
}
