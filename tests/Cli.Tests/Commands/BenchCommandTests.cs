using System.Text.Json;
using Consensus.Cli.Tests.Support;

namespace Consensus.Cli.Tests.Commands;

[TestFixture]
[Category("Process")]
public sealed class BenchCommandTests
{
    [Test]
    public async Task A_short_measurement_has_all_figures()
    {
        var run = await ToolRun.OfAsync("bench", "--nodes", "3", "--clients", "8", "--value-size", "64", "--seconds", "1", "--in-memory", "--json");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), $"{run.Output}{run.Error}");
        using var json = JsonDocument.Parse(run.Output);
        var result = json.RootElement;
        var latency = result.GetProperty("latency_ms");
        Assert.That(result.GetProperty("throughput_per_s").GetDouble(), Is.Positive);
        Assert.That(result.GetProperty("cpu_s_per_10k_ops").GetDouble(), Is.Positive);
        Assert.That(result.GetProperty("allocated_bytes_per_op").GetDouble(), Is.Positive);
        Assert.That(result.GetProperty("failed").GetInt64(), Is.Zero);
        Assert.That(latency.GetProperty("p50").GetDouble(), Is.Positive.And.LessThanOrEqualTo(latency.GetProperty("p90").GetDouble()));
        Assert.That(latency.GetProperty("p99").GetDouble(), Is.LessThanOrEqualTo(latency.GetProperty("max").GetDouble()));
    }
}
