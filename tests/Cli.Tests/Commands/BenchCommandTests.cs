using System.Text.Json;
using Consensus.Cli.Tests.Support;

namespace Consensus.Cli.Tests.Commands;

[TestFixture]
[Category("Process")]
public sealed class BenchCommandTests
{
    [TestCase("raft")]
    [TestCase("pbft")]
    [TestCase("hotstuff --two-chain")]
    [TestCase("hybrid")]
    public async Task A_short_measurement_has_all_figures(string algorithm)
    {
        var run = await ToolRun.OfAsync(["bench", "--algorithm", .. algorithm.Split(' '), "--clients", "8", "--value-size", "64", "--seconds", "1", "--in-memory", "--json"]);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), $"{run.Output}{run.Error}");
        using var json = JsonDocument.Parse(run.Output);
        var result = json.RootElement;
        var latency = result.GetProperty("latency_ms");
        Assert.That(result.GetProperty("throughput_per_s").GetDouble(), Is.Positive);
        Assert.That(result.GetProperty("cpu_s_per_10k_ops").GetDouble(), Is.Positive);
        Assert.That(result.GetProperty("allocated_bytes_per_op").GetDouble(), Is.Positive);
        Assert.That(result.GetProperty("failed").GetInt64(), Is.Zero);
        Assert.That(result.GetProperty("two_chain").GetBoolean(), Is.EqualTo(algorithm.Contains("two-chain")));
        Assert.That(latency.GetProperty("p50").GetDouble(), Is.Positive.And.LessThanOrEqualTo(latency.GetProperty("p90").GetDouble()));
        Assert.That(latency.GetProperty("p99").GetDouble(), Is.LessThanOrEqualTo(latency.GetProperty("max").GetDouble()));
    }

    [Test]
    public async Task Changes_of_the_engine_are_measured_ordered_and_forced_ones_apart_and_nothing_is_lost_or_done_twice()
    {
        var run = await ToolRun.OfAsync("bench", "--algorithm", "hybrid", "--switch-every", "1s", "--clients", "4", "--seconds", "10", "--json");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), $"{run.Output}{run.Error}");
        using var json = JsonDocument.Parse(run.Output);
        var result = json.RootElement;
        var (orderly, forced) = (Pauses(result.GetProperty("orderly")), Pauses(result.GetProperty("forced")));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(orderly, Is.Not.Empty.And.All.Positive);
            Assert.That(forced, Is.Not.Empty.And.All.Positive);
            Assert.That(result.GetProperty("switches").GetInt32(), Is.EqualTo(orderly.Length + forced.Length));
            Assert.That(result.GetProperty("acknowledged").GetInt64(), Is.Positive);
            Assert.That((result.GetProperty("lost").GetInt64(), result.GetProperty("duplicated").GetInt64()), Is.EqualTo((0L, 0L)));
        }

        static double[] Pauses(JsonElement summary)
        {
            double[] pauses = [.. summary.GetProperty("pauses_ms").EnumerateArray().Select(pause => pause.GetDouble())];
            Assert.That(summary.GetProperty("switches").GetInt32(), Is.EqualTo(pauses.Length));
            Assert.That(summary.GetProperty("pause_ms").GetProperty("max").GetDouble(), Is.EqualTo(pauses.Max()));
            return pauses;
        }
    }

    [TestCase("--reads", "linearizable_reads")]
    [TestCase("--reads --lease", "lease_reads")]
    [TestCase("--reads --stale --any-node", "stale_reads")]
    public async Task Reads_are_answered_with_what_was_written(string load, string name)
    {
        var run = await ToolRun.OfAsync(["bench", .. load.Split(' '), "--clients", "8", "--value-size", "64", "--seconds", "1", "--in-memory", "--json"]);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), $"{run.Output}{run.Error}");
        using var json = JsonDocument.Parse(run.Output);
        var result = json.RootElement;
        Assert.That(result.GetProperty("load").GetString(), Is.EqualTo(name));
        Assert.That(result.GetProperty("operations").GetInt64(), Is.Positive);
        Assert.That(result.GetProperty("wrong").GetInt64(), Is.Zero);
        Assert.That(result.GetProperty("failed").GetInt64(), Is.Zero);
        Assert.That(result.GetProperty("memory").ValueKind, Is.EqualTo(JsonValueKind.Null), "too short for a trend");
    }

    [Test]
    public async Task Reads_through_the_nodes_own_processes_are_answered_with_what_was_written()
    {
        var run = await ToolRun.OfAsync("bench", "--reads", "--processes", "--clients", "4", "--seconds", "1", "--json");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), $"{run.Output}{run.Error}");
        using var json = JsonDocument.Parse(run.Output);
        var result = json.RootElement;
        Assert.That(result.GetProperty("processes").GetBoolean(), Is.True);
        Assert.That(result.GetProperty("operations").GetInt64(), Is.Positive);
        Assert.That(result.GetProperty("wrong").GetInt64(), Is.Zero);
    }

    [Test]
    public async Task A_killed_leader_costs_no_acknowledged_write()
    {
        var run = await ToolRun.OfAsync("bench", "--recovery", "--rounds", "2", "--json");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), $"{run.Output}{run.Error}");
        using var json = JsonDocument.Parse(run.Output);
        var result = json.RootElement;
        var recovery = result.GetProperty("recovery_ms");
        Assert.That(result.GetProperty("lost").GetInt64(), Is.Zero);
        Assert.That(result.GetProperty("acknowledged").GetInt64(), Is.GreaterThanOrEqualTo(1_002), "500 before each kill, and one after it");
        Assert.That(result.GetProperty("recoveries_ms").GetArrayLength(), Is.EqualTo(2));
        Assert.That(recovery.GetProperty("min").GetDouble(), Is.Positive.And.LessThanOrEqualTo(recovery.GetProperty("median").GetDouble()));
        Assert.That(recovery.GetProperty("median").GetDouble(), Is.LessThanOrEqualTo(recovery.GetProperty("max").GetDouble()));
        Assert.That(result.GetProperty("catch_up_ms").GetProperty("min").GetDouble(), Is.Positive);
    }

    [Test]
    [Category("Soak")]
    [Explicit("Starts and kills nodes again, for another form of the same result.")]
    public async Task A_person_is_told_how_fast_a_cluster_is_back()
    {
        var run = await ToolRun.OfAsync("bench", "--recovery", "--rounds", "1");

        Assert.That(run.Output, Does.Contain("ms after the kill in the median of 1").And.Contain("none lost"), run.Error);
    }
}
