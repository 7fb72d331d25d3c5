using Consensus.Engine;

namespace Consensus.Raft.Tests.Simulation;

public sealed class SimulationTests
{
    private static readonly SnapshotPolicy EveryFifty = new(50, 1 << 20);

    private static RaftOptions SmallOptions => new()
    {
        TrailingEntries = 20,
        AppendBytesMax = 1024,
        InflightMessagesMax = 4,
        InflightBytesMax = 4096,
        SnapshotChunkBytes = 1024,
    };

    [Test]
    public void Under_all_faults_every_safety_property_holds_and_progress_follows([Range(1, 40)] int seed) =>
        Run((ulong)seed, voters: 3 + (seed % 3), spares: 2, FaultPlan.All);

    [Test]
    public void In_a_storm_of_faults_every_safety_property_holds([Range(101, 130)] int seed) =>
        Run((ulong)seed, voters: 3 + (seed % 3), spares: 2, FaultPlan.Storm);

    /// <summary>The checker of linearizable reads looks at reads that are answered without a round.</summary>
    [Test]
    public void With_leases_under_all_faults_reads_see_what_was_acknowledged([Range(201, 220)] int seed) =>
        Run((ulong)seed, voters: 3 + (seed % 3), spares: 2, seed % 2 == 0 ? FaultPlan.Storm : FaultPlan.All, ReadMode.Lease);

    /// <summary>Many more seeds: <c>dotnet test --filter Category=Soak -- TestRunParameters.Parameter(name="seeds", value="1000")</c>.</summary>
    [Test, Category("Soak"), Explicit("A soak.")]
    public void Over_many_seeds_every_safety_property_holds()
    {
        var first = TestContext.Parameters.Get("first-seed", 1_000);
        var seeds = TestContext.Parameters.Get("seeds", 200);
        for (var seed = first; seed < first + seeds; seed++)
        {
            try
            {
                Run((ulong)seed, voters: 3 + (seed % 3), spares: 1 + (seed % 2), seed % 2 == 0 ? FaultPlan.Storm : FaultPlan.All, seed % 5 == 0 ? ReadMode.Lease : ReadMode.ReadIndex);
            }
            catch
            {
                TestContext.Out.WriteLine($"The seed that failed: {seed}.");
                throw;
            }
        }
    }

    [Test]
    public void Without_faults_one_election_is_enough([Range(1, 5)] int seed)
    {
        var simulation = new RaftSimulation((ulong)seed, 3 + (2 * (seed % 2)), 0, FaultPlan.None, SmallOptions, EveryFifty);
        simulation.RunLoad(TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(5));
        Assert.That(simulation.Checkers.Elections, Is.EqualTo(1));
        Assert.That(simulation.Checkers.Committed.Value, Is.GreaterThan(500));
    }

    [Test]
    public void The_same_seed_gives_the_same_run([Values(7, 8)] int seed)
    {
        var first = Run((ulong)seed, 5, 2, FaultPlan.All).Trace;
        var second = Run((ulong)seed, 5, 2, FaultPlan.All).Trace;
        Assert.That(second, Is.EqualTo(first));
    }

    private static RaftSimulation Run(ulong seed, int voters, int spares, FaultPlan faults, ReadMode reads = ReadMode.ReadIndex)
    {
        var simulation = new RaftSimulation(seed, voters, spares, faults, SmallOptions with { Reads = reads }, EveryFifty);
        simulation.RunLoad(TimeSpan.FromSeconds(15), TimeSpan.FromMilliseconds(10));
        simulation.Calm(TimeSpan.FromSeconds(5));

        var leader = simulation.Leader;
        Assert.That(leader, Is.Not.Null, $"seed {seed}: somebody leads after the faults");
        simulation.Propose(leader!, "last");
        simulation.Calm(TimeSpan.FromSeconds(2));
        var members = leader!.Status.Membership;
        Assert.That(leader.State.Commands, Has.Some.EqualTo("last"), $"seed {seed}: progress after the faults");
        foreach (var replica in simulation.Running.Where(replica => members.Find(replica.Id) is not null))
        {
            Assert.That(replica.Applied, Is.EqualTo(leader.Applied), $"seed {seed}: node {replica.Id} has caught up");
            Assert.That(replica.State.StateHash(), Is.EqualTo(leader.State.StateHash()));
        }

        TestContext.Out.WriteLine(
            $"seed {seed}: {simulation.Checkers.Committed} committed, {simulation.Checkers.Elections} elections, {simulation.Checkers.Crashes} crashes, {simulation.Checkers.ReadsConfirmed} reads, {simulation.Checkers.ControlsDone} controls");
        return simulation;
    }
}
