using System.Text.Json;
using Consensus.Cli.Tests.Support;

namespace Consensus.Cli.Tests.Commands;

[TestFixture]
public sealed class UsageTests
{
    [TestCase("demo --nodes 4", "--nodes is 4; allowed: 3, 5, 7.")]
    [TestCase("demo --nodes many", "--nodes is many; allowed: 3, 5, 7.")]
    [TestCase("demo --seconds 4", "--seconds is 4; allowed: a whole number from 5 to 3,600.")]
    [TestCase("demo --seconds 3601", "--seconds is 3601; allowed: a whole number from 5 to 3,600.")]
    [TestCase("demo --algorithm paxos", "There is no algorithm 'paxos'. Valid ones: raft, pbft, hotstuff, hybrid, gossip.")]
    [TestCase("demo --algorithm gossip --nodes 4", "--nodes is 4; allowed: a whole number from 5 to 200.")]
    [TestCase("demo --colour red", "--colour")]
    [TestCase("bench --nodes 2", "--nodes is 2; allowed: 1, 3, 4, 5, 7.")]
    [TestCase("bench --clients 0", "--clients is 0; allowed: a whole number from 1 to 16,384.")]
    [TestCase("bench --value-size -1", "--value-size is -1; allowed: a whole number from 0 to 1,048,576.")]
    [TestCase("bench --value-size 1048577", "--value-size is 1048577; allowed: a whole number from 0 to 1,048,576.")]
    [TestCase("bench --seconds 0", "--seconds is 0; allowed: a whole number from 1 to 3,600.")]
    [TestCase("bench --in-memory --processes", "exclude each other")]
    [TestCase("bench --stale", "--stale says something about --reads, which is not there.")]
    [TestCase("bench --lease", "--lease says something about --reads, which is not there.")]
    [TestCase("bench --reads --stale --lease", "--stale and --lease exclude each other: a stale read asks no leader.")]
    [TestCase("bench --reads --lease --processes", "--lease and --processes exclude each other")]
    [TestCase("bench --switch-every 2s", "--switch-every belongs to the algorithm hybrid; raft has none.")]
    [TestCase("bench --algorithm hybrid --switch-every 10ms", "--switch-every is '10ms'; allowed: a time from 100ms to 1h, such as 2s.")]
    [TestCase("bench --algorithm hybrid --switch-every 2s --reads", "--switch-every and --reads exclude each other")]
    [TestCase("seal --to paxos --operator-key x", "There is no engine 'paxos' that a hybrid could go on with. Valid ones: raft, pbft, hotstuff.")]
    [TestCase("seal --to pbft", "Option '--operator-key' is required.")]
    [TestCase("put key value --wait-for signed", "--wait-for is signed; allowed: committed or certified.")]
    [TestCase("case create a --deployed g --wait-for all", "--wait-for is all; allowed: committed or certified.")]
    [TestCase("get key --wait-for certified", "--wait-for")]
    [TestCase("bench --rounds 3", "--rounds says something about --recovery, which is not there.")]
    [TestCase("bench --recovery --rounds 0", "--rounds is 0; allowed: a whole number from 1 to 1,000.")]
    [TestCase("bench --recovery --clients 3", "--recovery and --clients exclude each other: a recovery is measured with one client")]
    [TestCase("bench --recovery --reads", "--recovery and --reads exclude each other")]
    [TestCase("demo --algorithm pbft --nodes 3", "--nodes is 3; allowed: 4, 7, 10.")]
    [TestCase("bench --nodes 5 --algorithm pbft", "--nodes is 5; allowed: 4, 7, 10.")]
    [TestCase("bench --two-chain", "--two-chain belongs to the algorithm hotstuff; raft has none.")]
    [TestCase("bench --algorithm pbft --two-chain", "--two-chain belongs to the algorithm hotstuff; pbft has none.")]
    [TestCase("bench --algorithm hotstuff --two-chain --processes", "--two-chain and --processes exclude each other")]
    [TestCase("bench --algorithm pbft --reads --lease", "--lease belongs to the algorithm raft; pbft has none.")]
    [TestCase("select", "--swarm-size")]
    [TestCase("select --swarm-size 0", "--swarm-size is 0; allowed: a whole number from 1 to 2,147,483,647.")]
    [TestCase("select --swarm-size -4 --byzantine", "--swarm-size is -4; allowed: a whole number from 1 to 2,147,483,647.")]
    [TestCase("select --swarm-size few", "--swarm-size is 'few'; allowed: a whole number from 1 to 2,147,483,647.")]
    [TestCase("select --swarm-size 4 --latency 0ms", "--latency is '0ms'; allowed: more than 0 up to 1h, as a number and a unit, for example 50ms or 2s.")]
    [TestCase("select --swarm-size 4 --latency 50", "--latency is '50'; allowed: more than 0 up to 1h, as a number and a unit, for example 50ms or 2s.")]
    [TestCase("select --swarm-size 4 --latency -00:00:01", "--latency is '-00:00:01'; allowed: more than 0 up to 1h")]
    [TestCase("select --swarm-size 4 --latency 61m", "--latency is '61m'; allowed: more than 0 up to 1h")]
    [TestCase("select --swarm-size 4 --config no-such-file.json", "There is no configuration file")]
    [TestCase("init --nodes 3", "--directory")]
    [TestCase("init --directory x --nodes 3 --algorithm pbft", "--nodes is 3; allowed: at least 4, for the algorithm pbft tolerates one faulty node of 4, and none of fewer.")]
    [TestCase("init --directory x --nodes 0", "--nodes is 0; allowed: a whole number from 1 to 64.")]
    [TestCase("init --directory x --nodes 65", "--nodes is 65; allowed: a whole number from 1 to 64.")]
    [TestCase("init --directory x --base-port 0", "--base-port is 0; allowed: a whole number from 1 to 65,535.")]
    [TestCase("init --directory x --http-port 65536", "--http-port is 65536; allowed: a whole number from 1 to 65,535.")]
    [TestCase("init --directory x --base-port 65534", "a port above 65535")]
    [TestCase("init --directory x --base-port 7000 --http-port 7002", "overlap")]
    [TestCase("run", "--config")]
    [TestCase("run --config no-such-file.json", "There is no configuration file")]
    [TestCase("fly", "'fly' is no command of 'consensus'; allowed: demo, select, init, join, certificate, authority, keys, evidence, proof, run, bench, simulate, gossip, status, ")]
    [TestCase("case", "'consensus case' needs a command; allowed: create, state, show, list")]
    [TestCase("overlay apply file.json", "'apply' is no command of 'consensus overlay'; allowed: deploy, list.")]
    [TestCase("scan --limit x", "--limit is 'x'; allowed: a whole number from 1 to 1,000.")]
    [TestCase("scan --limit 99999999999", "--limit is '99999999999'; allowed: a whole number from 1 to 1,000.")]
    [TestCase("status --timeout 1.5", "--timeout is '1.5'; allowed: a whole number from 1 to 3,600.")]
    [TestCase("member add x host:1", "id is 'x'; allowed: a whole number from 1 to 4,294,967,295.")]
    [TestCase("member remove 0", "id is 0; allowed: a whole number from 1 to 4,294,967,295.")]
    [TestCase("transfer two", "target is 'two'; allowed: a whole number from 1 to 4,294,967,295.")]
    [TestCase("transfer --to 2", "--to")]
    [TestCase("case state a b --revision q", "--revision is 'q'; allowed: a whole number from 1 on.")]
    [TestCase("case create a", "Give either --graph FILE or --deployed NAME.")]
    [TestCase("case create a --graph no-such-file.json", "'no-such-file.json' cannot be read")]
    [TestCase("put a --file .", "'.' is a folder; allowed: a file, or - for standard input.")]
    [TestCase("get a --endpoint ftp://host", "is not the address of a node. Write it as http://host:port.")]
    public async Task Wrong_usage_says_what_is_wrong_and_exits_with_2(string arguments, string complaint)
    {
        var run = await ToolRun.OfAsync(arguments.Split(' '));

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error, Does.Contain(complaint));
        Assert.That(run.Error, Does.Not.Contain("System."), "a name of .NET means nothing to a user");
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

    [Test]
    public async Task Json_is_written_for_consoles_and_not_for_web_pages()
    {
        var run = await ToolRun.OfAsync("run", "--config", "O'Brien & Søn<>.json", "--json");

        Assert.That(run.Output, Does.Contain("O'Brien & Søn<>.json"));
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
