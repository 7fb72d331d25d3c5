using System.Text.Json.Nodes;
using Consensus.AspNetCore.Tests.Fakes;
using Consensus.Cli.Output;
using Consensus.Cli.Tests.Support;

namespace Consensus.Cli.Tests.Client;

[TestFixture]
internal sealed class ClientCommandTests
{
    private LocalConsensus _group = null!;
    private ApiNode _node = null!;

    [SetUp]
    public async Task Start()
    {
        _group = ApiNode.CreateGroup();
        _node = await ApiNode.StartAsync(_group);
    }

    [TearDown]
    public async Task Stop() => await _node.DisposeAsync();

    [Test]
    public async Task Status_prints_one_object_with_the_fields_that_scripts_rely_on()
    {
        var run = await RunAsync("status", "--json");

        Assert.That((run.ExitCode, run.Error), Is.EqualTo((0, "")));
        var status = JsonNode.Parse(run.Output)!.AsObject();
        foreach (var name in new[] { "node", "algorithm", "epoch", "role", "leader", "term", "commit", "applied", "threat" })
        {
            Assert.That(status.ContainsKey(name), Is.True, name);
        }

        Assert.That((await RunAsync("status")).Output, Does.Contain("127.0.0.1:7001"));
    }

    [Test]
    public async Task Peers_are_shown_to_people_and_to_programs_with_the_failures_of_those_that_are_not_reached()
    {
        var noon = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        await using var node = await ApiNode.StartAsync(_group, new FixedPeers([Peer(2, isConnected: true), Peer(3, isConnected: false)]));

        var json = await ToolRun.OfAsync("peers", "--json", "--endpoint", node.Endpoint);
        var text = await ToolRun.OfAsync("peers", "--endpoint", node.Endpoint);
        var none = await RunAsync("peers");

        var peers = JsonNode.Parse(json.Output)!["peers"]!.AsArray();
        Assert.That(peers.Select(peer => ((uint)peer!["id"]!, (bool)peer["outgoing"]!["connected"]!)), Is.EqualTo([(2U, true), (3U, false)]));
        Assert.That(text.Output, Does.Contain("address book").And.Contain("Node 3, 2026-03-01T12:00:01+00:00: Failure of 3.").And.Not.Contain("Failure of 2."));
        Assert.That((none.ExitCode, none.Output), Is.EqualTo((ExitCode.Usage, "")));
        Assert.That(none.Error, Does.Contain("keeps no registry of its peers"));

        PeerStatus Peer(uint id, bool isConnected) => new()
        {
            Id = new NodeId(id),
            Address = $"node{id}:7000",
            Source = PeerSource.AddressBook,
            Outgoing = new PeerConnection(isConnected, noon, $"10.0.0.{id}:5001"),
            Incoming = new PeerConnection(false, noon, null),
            ConnectFailures = 1,
            LastFailure = new PeerFailure($"Failure of {id}.", noon.AddSeconds(1)),
        };
    }

    [Test]
    public async Task A_value_goes_in_and_comes_out_byte_for_byte()
    {
        using var folder = new TestFolder();
        byte[] value = [0, 255, 254, 10, 13, 128];
        await File.WriteAllBytesAsync(folder.File("value"), value);
        using var bytes = new MemoryStream();
        var terminal = new Terminal(TextWriter.Null, TextWriter.Null, isInteractive: false, bytes);

        Assert.That((await RunAsync("put", "key", "--file", folder.File("value"))).ExitCode, Is.Zero);
        var exitCode = await ConsensusTool.RunAsync(["get", "key", "-e", _node.Endpoint], terminal);

        Assert.That(exitCode, Is.Zero);
        Assert.That(bytes.ToArray(), Is.EqualTo(value));
        var document = JsonNode.Parse((await RunAsync("get", "key", "--json")).Output)!;
        Assert.That(Convert.FromBase64String((string)document["value"]!["base64"]!), Is.EqualTo(value));
        Assert.That(((string?)document["key"], (ulong)document["index"]!), Is.EqualTo(("key", 2)));
    }

    [TestCase("plain")]
    [TestCase("a/b//c/")]
    [TestCase("..")]
    [TestCase(".")]
    [TestCase("a/../b")]
    [TestCase("%2F")]
    [TestCase("?x=1#y&z+ ")]
    [TestCase("你好")]
    [TestCase("\u0000")]
    public async Task Every_key_reaches_the_group_as_it_was_written(string key)
    {
        Assert.That((await RunAsync("put", key, "value")).ExitCode, Is.Zero);

        Assert.That((await RunAsync("get", key)).Output, Is.EqualTo("value"));
        Assert.That((string?)JsonNode.Parse((await RunAsync("scan", "--json")).Output)!["entries"]![0]!["key"], Is.EqualTo(key));
        Assert.That((await RunAsync("scan", key)).Output, Is.EqualTo($"{key}\tvalue{Environment.NewLine}"));
        Assert.That((await RunAsync("delete", key)).Output, Does.StartWith("Removed at index"));
    }

    [Test]
    public async Task A_key_without_a_value_is_a_failure_with_a_message()
    {
        var run = await RunAsync("get", "nothing");
        var json = await RunAsync("get", "nothing", "--json");

        Assert.That((run.ExitCode, run.Output, run.Error.TrimEnd()), Is.EqualTo((1, "", "The key 'nothing' has no value.")));
        Assert.That(json.Output.TrimEnd(), Is.EqualTo("""{"error":"The key 'nothing' has no value."}"""));
    }

    [Test]
    public async Task A_swap_fails_when_the_value_is_another_one()
    {
        var created = await RunAsync("cas", "key", "--expect-none", "--set", "one");
        var failed = await RunAsync("cas", "key", "--expect-none", "--set", "two");
        var removed = await RunAsync("cas", "key", "--expect", "one", "--remove");

        Assert.That((created.ExitCode, failed.ExitCode, removed.ExitCode), Is.EqualTo((0, 1, 0)));
        Assert.That(failed.Error, Does.Contain("comparison-failed"));
    }

    [Test]
    public async Task A_write_waits_for_a_certificate_if_it_is_told_to_and_the_group_gives_some()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.File("graph"), """{"name":"g","states":["a","b"],"initial":"a","final":["b"],"transitions":[{"from":"a","to":"b"}]}""");
        await File.WriteAllTextAsync(folder.File("policy"), """{"name":"p","to":["b"],"requires":[]}""");
        await File.WriteAllTextAsync(folder.File("overlay"), """{"name":"o","version":1,"elements":[{"remove_policy":"p"}]}""");
        string[][] writes =
        [
            ["put", "key", "one"], ["cas", "key", "--expect", "one", "--set", "two"], ["delete", "key"],
            ["graph", "define", folder.File("graph")], ["case", "create", "x", "--deployed", "g"], ["case", "state", "x", "b"], ["graph", "remove", "g"],
            ["policy", "apply", folder.File("policy")], ["overlay", "deploy", folder.File("overlay")], ["policy", "apply", folder.File("policy")], ["policy", "remove", "p"],
            ["operation", "echo", "it"],
        ];
        var refused = await RunAsync([.. writes[0], "--wait-for", "certified"]);
        Assert.That((refused.ExitCode, _group.Proposals), Is.EqualTo((ExitCode.Usage, 0)), refused.Output);
        Assert.That(refused.Error, Does.Contain("cannot give what 'wait_for' asks for").And.Contain("[not-supported]"));

        _group.Guarantees |= ConsensusGuarantees.Certifying;
        foreach (var write in writes)
        {
            var done = await RunAsync([.. write, "--wait-for", "certified"]);
            Assert.That((done.ExitCode, _group.LastWaitFor), Is.EqualTo((ExitCode.Done, CommitLevel.Certified)), $"{string.Join(' ', write)}: {done.Error}");
        }

        foreach (var level in new string[][] { [], ["--wait-for", "committed"] })
        {
            Assert.That((await RunAsync(["put", "key", "three", .. level])).ExitCode, Is.EqualTo(ExitCode.Done));
            Assert.That(_group.LastWaitFor, Is.EqualTo(CommitLevel.Committed));
        }
    }

    [Test]
    public async Task Status_says_what_is_certified_where_there_is_something_to_say()
    {
        await RunAsync("put", "key", "value");
        var plain = await RunAsync("status");
        _group.Guarantees |= ConsensusGuarantees.Certifying;
        var certifying = await RunAsync("status");
        var json = await RunAsync("status", "--json");

        Assert.That(plain.Output, Does.Not.Contain("certified "));
        Assert.That(certifying.Output, Does.Match(@"certified\s*│\s*1\b"));
        Assert.That((ulong?)JsonNode.Parse(json.Output)!["certified"], Is.EqualTo(1));
    }

    [Test]
    public async Task Status_says_what_was_ordered_for_an_epoch_where_anything_was()
    {
        var key = new string('7', 64);
        _group.RunningEpoch = new EpochStatus(ClusterId.None, default, "pbft") { Rules = new Dictionary<string, string>(StringComparer.Ordinal) { ["ReturnsAlone"] = "true" }, OperatorKeys = [key] };
        var configured = await RunAsync("status");
        _group.RunningEpoch = _group.RunningEpoch with { Settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["HotStuff:TermViews"] = "64", ["WindowBlocks"] = "512" } };
        var ordered = await RunAsync("status");
        var json = await RunAsync("status", "--json");

        Assert.That(configured.Output, Does.Not.Contain("epoch settings").And.Match(@"epoch rules\s*│ ReturnsAlone=true"));
        Assert.That(ordered.Output, Does.Match(@"epoch settings\s*│ HotStuff:TermViews=64").And.Contain("WindowBlocks=512").And.Match(@"operator keys\s*│ 7777777777777777…"));
        Assert.That(JsonNode.Parse(json.Output)!["operator_keys"]!.ToJsonString(), Is.EqualTo($"[\"{key}\"]"));
    }

    [Test]
    public async Task Status_says_who_is_suspected_by_whom_and_why_where_anybody_is()
    {
        var quiet = await RunAsync("status");
        _group.Threats = [new MemberThreat(new NodeId(4), ThreatLevel.Medium, 5, ThreatLevel.Critical, 3, HasEvidence: true)];
        var alarmed = await RunAsync("status");
        var json = await RunAsync("status", "--json");

        Assert.That(quiet.Output, Does.Not.Contain("suspected"));
        Assert.That(alarmed.Output, Does.Match(@"suspected\s*│ own level\s*│ signature failures\s*│ agreed level\s*│ reporters\s*│ evidence"));
        Assert.That(alarmed.Output, Does.Match(@"4\s*│ medium\s*│ 5\s*│ critical\s*│ 3\s*│ yes"));
        Assert.That(
            JsonNode.Parse(json.Output)!["threats"]!.ToJsonString(),
            Is.EqualTo("""[{"node":4,"own_level":"medium","signature_failures":5,"agreed_level":"critical","reporters":3,"evidence":true}]"""));
    }

    [TestCase("cas", "key")]
    [TestCase("cas", "key", "--expect", "a", "--expect-none", "--remove")]
    [TestCase("put", "key")]
    [TestCase("put", "key", "value", "--file", "x")]
    [TestCase("put")]
    [TestCase("get")]
    [TestCase("scan", "--limit", "0")]
    [TestCase("member", "add", "x", "host:1")]
    [TestCase("member", "promote", "0")]
    [TestCase("member", "move", "4")]
    [TestCase("transfer", "x")]
    [TestCase("case", "create", "a", "--set", "novalue")]
    [TestCase("status", "--endpoint", "ftp://host")]
    [TestCase("status", "--endpoint", ",")]
    public async Task Wrong_usage_is_exit_code_2(params string[] arguments)
    {
        var run = await ToolRun.OfAsync(arguments);

        Assert.That(run.ExitCode, Is.EqualTo(2), run.Error);
        Assert.That(run.Error, Is.Not.Empty);
        Assert.That(_group.Proposals, Is.Zero);
    }

    [Test]
    public async Task Members_are_added_promoted_moved_and_removed()
    {
        var added = await RunAsync("member", "add", "4", "host:1", "--learner", "--json");
        var promoted = await RunAsync("member", "promote", "4", "--json");
        var moved = await RunAsync("member", "move", "4", "other:2", "--json");
        var removed = await RunAsync("member", "remove", "4", "--json");
        var refused = await RunAsync("transfer", "9");
        var transferred = await RunAsync("transfer");

        Assert.That(added.Output, Does.Contain("""{"id":4,"address":"host:1","role":"learner"}"""));
        Assert.That(promoted.Output, Does.Contain("""{"id":4,"address":"host:1","role":"voter"}"""), promoted.Error);
        Assert.That(moved.Output, Does.Contain("""{"id":4,"address":"other:2","role":"voter"}"""), moved.Error);
        Assert.That(removed.Output, Does.Not.Contain("other:2"));
        Assert.That((refused.ExitCode, refused.Error.TrimEnd()), Is.EqualTo((1, "Node 9 is no member. [invalid-change]")));
        Assert.That((transferred.ExitCode, transferred.Output.TrimEnd()), Is.EqualTo((0, "Done. Node 1 leads in term 1.")));
    }

    [Test]
    public async Task A_change_that_expects_another_version_of_the_membership_is_refused()
    {
        var listed = await RunAsync("member", "list");
        var version = (ulong)JsonNode.Parse((await RunAsync("member", "list", "--json")).Output)!["version"]!;
        var refused = await RunAsync("member", "add", "4", "host:1", "--expect-version", $"{version + 1}");
        var added = await RunAsync("member", "add", "4", "host:1", "--expect-version", $"{version}");
        var removed = await RunAsync("member", "remove", "4", "--expect-version", $"{version}");
        var unknown = await RunAsync("member", "remove", "4", "--expect-version", "x");

        Assert.That(listed.Output, Does.Contain($"Version {version}."));
        Assert.That((refused.ExitCode, refused.Error.TrimEnd()), Is.EqualTo((1, $"Expected is version {version + 1}, there is {version}. [membership-changed]")));
        Assert.That((added.ExitCode, removed.ExitCode, unknown.ExitCode), Is.EqualTo((0, 0, 2)));
    }

    [Test]
    public async Task Cases_policies_and_overlays_are_within_reach()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.File("graph"), """{"name":"g","states":["a","b"],"initial":"a","final":["b"],"transitions":[{"from":"a","to":"b"}]}""");
        await File.WriteAllTextAsync(folder.File("policy"), """{"name":"p","to":["b"],"requires":[{"exists":"ok"}]}""");
        await File.WriteAllTextAsync(folder.File("overlay"), """{"name":"o","version":1,"elements":[{"remove_policy":"p"}]}""");

        Assert.That((await RunAsync("case", "create", "x/1", "--graph", folder.File("graph"), "--set", "who=me")).ExitCode, Is.Zero);
        Assert.That((await RunAsync("policy", "apply", folder.File("policy"))).ExitCode, Is.Zero);
        Assert.That((await RunAsync("policy", "list")).Output, Does.Contain("p"));
        var vetoed = await RunAsync("case", "state", "x/1", "b");
        Assert.That(vetoed.ExitCode, Is.EqualTo(1));
        Assert.That(vetoed.Error, Does.Contain("'p'").And.Contains("[rejected]"));
        Assert.That((await RunAsync("overlay", "deploy", folder.File("overlay"))).ExitCode, Is.Zero);
        Assert.That((await RunAsync("overlay", "list")).Output, Does.Contain("o"));
        Assert.That((await RunAsync("case", "state", "x/1", "b", "--remove", "who", "--revision", "1")).Output, Does.Contain("revision 2"));
        Assert.That((await RunAsync("case", "show", "x/1", "--json")).Output, Does.Contain("\"state\":\"b\"").And.Contains("\"properties\":{}"));
        Assert.That((await RunAsync("case", "list", "x")).Output, Does.Contain("x/1"));
        Assert.That((await RunAsync("policy", "remove", "p")).ExitCode, Is.EqualTo(1));
    }

    [Test]
    public async Task Graphs_are_deployed_used_by_their_name_and_removed()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.File("graph"), """{"name":"g/1","states":["a","b"],"initial":"a","final":["b"],"transitions":[{"from":"a","to":"b"}]}""");

        Assert.That((await RunAsync("graph", "define", folder.File("graph"))).ExitCode, Is.Zero);
        Assert.That((await RunAsync("graph", "show", "g/1")).Output.TrimEnd(), Is.EqualTo(await File.ReadAllTextAsync(folder.File("graph"))));
        Assert.That((await RunAsync("graph", "list")).Output, Does.Contain("g/1").And.Contain("a, b"));
        Assert.That((await RunAsync("case", "create", "x", "--deployed", "g/1")).ExitCode, Is.Zero);
        Assert.That((await RunAsync("graph", "remove", "g/1")).ExitCode, Is.Zero);
        Assert.That((await RunAsync("graph", "show", "g/1")).ExitCode, Is.EqualTo(ExitCode.Failed));
        Assert.That((await RunAsync("case", "show", "x")).Output, Does.Contain("g/1"));
    }

    [Test]
    public async Task An_operation_answers_with_its_result()
    {
        var done = await RunAsync("operation", "echo", "it's");
        var json = await RunAsync("operation", "echo", "--json");
        var unknown = await RunAsync("operation", "none");

        Assert.That((done.ExitCode, done.Output), Is.EqualTo((0, $"Done at index 2. it's{Environment.NewLine}")));
        Assert.That((string?)JsonNode.Parse(json.Output)!["result"], Is.Empty);
        Assert.That((unknown.ExitCode, unknown.Error.TrimEnd()), Is.EqualTo((ExitCode.Failed, "No operation 'none' is registered. [not-found]")));
    }

    [TestCase("""{ "name": "g", }""", "is no JSON: line 1, byte ")]
    [TestCase("""{ "states": [] }""", "is no state graph: it must be a JSON object whose \"name\" is a text.")]
    [TestCase("""[1]""", "is no state graph: it must be a JSON object whose \"name\" is a text.")]
    [TestCase("""{ "name": "g" }""", "these members are missing: ")]
    public async Task A_document_that_is_wrong_is_wrong_usage(string content, string complaint)
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.File("graph"), content);

        var run = await RunAsync("graph", "define", folder.File("graph"));

        Assert.That((run.ExitCode, _group.Proposals), Is.EqualTo((ExitCode.Usage, 0)), run.Error);
        Assert.That(run.Error, Does.Contain(complaint).And.Not.Contain("LineNumber").And.Not.Contain("Consensus."));
    }

    [Test]
    public async Task What_no_node_will_ever_take_is_wrong_usage()
    {
        var emptyKey = await RunAsync("put", "", "value");
        var badAddress = await RunAsync("member", "add", "4", "nowhere");

        Assert.That((emptyKey.ExitCode, badAddress.ExitCode), Is.EqualTo((ExitCode.Usage, ExitCode.Usage)), emptyKey.Error + badAddress.Error);
    }

    private Task<ToolRun> RunAsync(params string[] arguments) => ToolRun.OfAsync([.. arguments, "--endpoint", _node.Endpoint]);
}
