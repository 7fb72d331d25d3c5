using System.Text.Json;
using Consensus.Cli.Tests.Support;
using Consensus.Simulation;

namespace Consensus.Cli.Tests.Commands;

[TestFixture]
public sealed class SimulateCommandTests
{
    [Test]
    public async Task A_run_has_all_figures()
    {
        using var run = await SimulateAsync("--nodes 3 --seed 7 --duration 5s --faults crash,drop");

        var result = run.RootElement;
        Assert.That(result.GetProperty("seed").GetUInt64(), Is.EqualTo(7));
        Assert.That(result.GetProperty("digest").GetString(), Has.Length.EqualTo(64));
        Assert.That(result.GetProperty("operations").GetInt64(), Is.GreaterThanOrEqualTo(result.GetProperty("committed").GetInt64()));
        Assert.That(result.GetProperty("committed").GetInt64(), Is.GreaterThan(50));
        Assert.That(result.GetProperty("faults").EnumerateObject().Select(fault => fault.Name), Is.EqualTo(new[] { "crash", "drop" }));
        Assert.That(result.GetProperty("violations").GetArrayLength(), Is.Zero);
        Assert.That(result.GetProperty("virtual_seconds").GetDouble(), Is.GreaterThan(5));
        Assert.That(result.GetProperty("wall_seconds").GetDouble(), Is.Positive);
    }

    [Test]
    public async Task The_same_seed_has_the_same_digest_and_another_seed_another_one()
    {
        using var first = await SimulateAsync("--seed 11 --duration 3s");
        using var again = await SimulateAsync("--seed 11 --duration 3s");
        using var other = await SimulateAsync("--seed 12 --duration 3s");

        Assert.That(Digest(again), Is.EqualTo(Digest(first)));
        Assert.That(Digest(other), Is.Not.EqualTo(Digest(first)));
    }

    [Test]
    public async Task A_Byzantine_engine_runs_with_Byzantine_replicas_and_its_line_repeats_the_run()
    {
        var report = new Simulator().WithProtocol(SimulatedProtocol.Pbft).WithNodes(4).WithDuration(TimeSpan.FromSeconds(5)).WithFaults(FaultSet.Parse("crash,twins")).Run(3);

        using var again = await SimulateAsync(report.ReplayLine["consensus simulate ".Length..]);

        Assert.That(report.ReplayLine, Does.StartWith("consensus simulate --algorithm pbft --nodes 4 --seed 3"));
        Assert.That(Digest(again), Is.EqualTo(report.Digest.ToString()));
        Assert.That(again.RootElement.GetProperty("committed").GetInt64(), Is.Positive);
    }

    [Test]
    public async Task With_leases_the_same_seed_has_a_digest_of_its_own_every_time()
    {
        using var without = await SimulateAsync("--seed 11 --duration 3s");
        using var first = await SimulateAsync("--seed 11 --duration 3s --leases");
        using var again = await SimulateAsync("--seed 11 --duration 3s --leases");

        Assert.That(Digest(again), Is.EqualTo(Digest(first)));
        Assert.That(Digest(first), Is.Not.EqualTo(Digest(without)));
    }

    [Test]
    public async Task The_line_that_repeats_a_run_with_leases_does_so()
    {
        var report = new Simulator().WithNodes(3).WithDuration(TimeSpan.FromSeconds(2)).WithFaults(FaultSet.Parse("drop,crash")).WithLeases().Run(5);

        Assert.That(report.ReplayLine, Is.EqualTo("consensus simulate --algorithm raft --nodes 3 --seed 5 --duration 2s --faults drop,crash --leases"));
        using var again = await SimulateAsync(report.ReplayLine["consensus simulate ".Length..]);
        Assert.That(Digest(again), Is.EqualTo(report.Digest.ToString()));
    }

    [Test, Category("Process")]
    public async Task Seeds_that_processes_share_give_what_one_process_gives()
    {
        using var alone = await SimulateAsync("--seed 3 --runs 5 --duration 2s --nodes 3 --leases --jobs 1");
        using var shared = await SimulateAsync("--seed 3 --runs 5 --duration 2s --nodes 3 --leases --jobs 2");

        Assert.That(Digest(shared), Is.EqualTo(Digest(alone)));
        Assert.That(shared.RootElement.GetProperty("runs").GetInt32(), Is.EqualTo(5));
        Assert.That(shared.RootElement.GetProperty("committed").GetInt64(), Is.EqualTo(alone.RootElement.GetProperty("committed").GetInt64()));
    }

    [Test]
    public async Task Each_of_several_runs_has_its_own_trace()
    {
        using var folder = new TestFolder();
        using var run = await SimulateAsync($"--seed 4 --runs 2 --duration 1s --nodes 3 --jobs 1 --trace {folder.File("trace.txt")}");

        Assert.That(await File.ReadAllTextAsync(folder.File("trace-4.txt")), Does.Contain("is Leader in 1"));
        Assert.That(await File.ReadAllTextAsync(folder.File("trace-5.txt")), Does.Contain("is Leader in 1"));
    }

    [Test]
    public async Task A_person_gets_a_summary()
    {
        var run = await ToolRun.OfAsync("simulate", "--nodes", "3", "--duration", "2s", "--faults", "none");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), run.Error);
        Assert.That(run.Output, Does.Contain("violations").And.Contain("none"));
    }

    [TestCase("--nodes 0", "--nodes is 0; allowed: a whole number from 1 to 15.")]
    [TestCase("--nodes 16", "--nodes is 16; allowed: a whole number from 1 to 15.")]
    [TestCase("--runs 0", "--runs is 0; allowed")]
    [TestCase("--seed x", "--seed is 'x'; allowed: a whole number from 0 on.")]
    [TestCase("--duration 60", "--duration is '60'; allowed: more than 0 up to 1d")]
    [TestCase("--duration 0s", "--duration is '0s'; allowed: more than 0 up to 1d")]
    [TestCase("--faults storm", "'storm' is no fault. Allowed are all, none, and drop, duplicate,")]
    [TestCase("--faults crash,-storm", "'storm' is no fault.")]
    [TestCase("--nodes 2 --faults drop,amnesia", "A group of 2 cannot have, or does not survive, amnesia (from 3 nodes on). Allowed with --nodes 2: drop,")]
    [TestCase("--algorithm paxos", "There is no algorithm 'paxos'. Valid ones: raft, pbft, hotstuff, hotstuff-two-chain, hybrid, hybrid-byzantine.")]
    [TestCase("--algorithm pbft --nodes 3", "--nodes is 3; a group of pbft has 4 members at least.")]
    [TestCase("--algorithm pbft --nodes 4 --leases", "--leases belongs to raft; pbft has none.")]
    [TestCase("--algorithm raft --faults twins", "raft does not survive, or take part in, twins.")]
    public async Task Impossible_parameters_are_refused_with_what_is_possible(string arguments, string complaint)
    {
        var run = await ToolRun.OfAsync([.. "simulate".Split(' '), .. arguments.Split(' ')]);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error, Does.Contain(complaint));
    }

    private static string? Digest(JsonDocument result) => result.RootElement.GetProperty("digest").GetString();

    private static async Task<JsonDocument> SimulateAsync(string arguments)
    {
        var run = await ToolRun.OfAsync([.. "simulate --json".Split(' '), .. arguments.Split(' ')]);
        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), $"{run.Output}{run.Error}");
        return JsonDocument.Parse(run.Output);
    }
}
