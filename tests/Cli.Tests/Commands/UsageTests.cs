using System.Text.Json;
using Consensus.Cli.Tests.Support;

namespace Consensus.Cli.Tests.Commands;

[TestFixture]
public sealed class UsageTests
{
    [TestCase("demo --nodes 4", "--nodes is 4; allowed: 3, 5, 7.")]
    [TestCase("demo --nodes many", "--nodes")]
    [TestCase("demo --seconds 4", "--seconds is 4; allowed: 5 to 3,600.")]
    [TestCase("demo --seconds 3601", "--seconds is 3601; allowed: 5 to 3,600.")]
    [TestCase("demo --algorithm paxos", "There is no algorithm 'paxos'. Valid ones: raft.")]
    [TestCase("demo --colour red", "--colour")]
    [TestCase("bench --nodes 2", "--nodes is 2; allowed: 1, 3, 5, 7.")]
    [TestCase("bench --clients 0", "--clients is 0; allowed: 1 to 16,384.")]
    [TestCase("bench --value-size -1", "--value-size is -1; allowed: 0 to 1,048,576.")]
    [TestCase("bench --value-size 1048577", "--value-size is 1048577; allowed: 0 to 1,048,576.")]
    [TestCase("bench --seconds 0", "--seconds is 0; allowed: 1 to 3,600.")]
    [TestCase("bench --in-memory --processes", "exclude each other")]
    [TestCase("init --nodes 3", "--directory")]
    [TestCase("init --directory x --nodes 0", "--nodes is 0; allowed: 1 to 64.")]
    [TestCase("init --directory x --nodes 65", "--nodes is 65; allowed: 1 to 64.")]
    [TestCase("init --directory x --base-port 0", "--base-port is 0; allowed: 1 to 65,535.")]
    [TestCase("init --directory x --http-port 65536", "--http-port is 65536; allowed: 1 to 65,535.")]
    [TestCase("init --directory x --base-port 65534", "a port above 65535")]
    [TestCase("init --directory x --base-port 7000 --http-port 7002", "overlap")]
    [TestCase("run", "--config")]
    [TestCase("run --config no-such-file.json", "There is no configuration file")]
    [TestCase("fly", "fly")]
    public async Task Wrong_usage_says_what_is_wrong_and_exits_with_2(string arguments, string complaint)
    {
        var run = await ToolRun.OfAsync(arguments.Split(' '));

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error, Does.Contain(complaint));
        Assert.That(run.Output, Is.Empty);
    }

    [TestCase("demo --nodes 4 --json")]
    [TestCase("run --config no-such-file.json --json")]
    [TestCase("init --directory x --base-port 65534 --json")]
    public async Task With_json_a_failure_is_one_object_with_the_reason(string arguments)
    {
        var run = await ToolRun.OfAsync(arguments.Split(' '));

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        using var json = JsonDocument.Parse(run.Output);
        Assert.That(json.RootElement.GetProperty("error").GetString(), Is.Not.Empty);
    }

    [TestCase("--help")]
    [TestCase("demo --help")]
    [TestCase("bench --help")]
    [TestCase("init --help")]
    [TestCase("run --help")]
    [TestCase("--version")]
    public async Task Help_is_no_failure(string arguments)
    {
        var run = await ToolRun.OfAsync(arguments.Split(' '));

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done));
        Assert.That(run.Output, Is.Not.Empty);
    }
}
