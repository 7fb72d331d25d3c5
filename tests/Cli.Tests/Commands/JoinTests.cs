using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Consensus.Cli.Setup;
using Consensus.Cli.Tests.Client;
using Consensus.Cli.Tests.Support;

namespace Consensus.Cli.Tests.Commands;

[TestFixture]
public sealed class JoinTests
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task A_further_node_is_like_the_others(bool tls)
    {
        using var folder = new TestFolder();
        await ToolRun.OfAsync(["init", "--directory", folder.Path, "--nodes", "2", .. tls ? (string[])[] : ["--no-tls"]]);

        var run = await JoinAsync(folder, "7", "--json");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), run.Error);
        using var one = JsonDocument.Parse(await File.ReadAllTextAsync(folder.File("node-1.json")));
        using var seven = JsonDocument.Parse(await File.ReadAllTextAsync(folder.File("node-7.json")));
        var (first, joining) = (one.RootElement.GetProperty("Consensus"), seven.RootElement.GetProperty("Consensus"));
        Assert.That(joining.GetProperty("ClusterId").GetString(), Is.EqualTo(first.GetProperty("ClusterId").GetString()));
        Assert.That(joining.GetProperty("Members").GetRawText(), Is.EqualTo(first.GetProperty("Members").GetRawText()));
        Assert.That(joining.GetProperty("Node").GetInt32(), Is.EqualTo(7));
        Assert.That(joining.GetProperty("Initialize").GetString(), Is.EqualTo("Join"));
        Assert.That(joining.GetProperty("Transport").GetProperty("Listen").GetString(), Is.EqualTo("127.0.0.1:7107"));
        Assert.That(joining.GetProperty("Transport").TryGetProperty("Tls", out _), Is.EqualTo(tls));
        Assert.That(File.Exists(folder.File("node-7.key")), Is.EqualTo(tls));
        Assert.That(Directory.Exists(folder.File("node-7")), Is.False, "A node that joins begins with nothing.");
    }

    // The one that leads may be one that joined: a node that does not know it would never hear of the log.
    [Test]
    public async Task A_further_node_knows_those_who_joined_before()
    {
        using var folder = new TestFolder();
        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "2");
        await JoinAsync(folder, "10");
        await JoinAsync(folder, "4");

        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(folder.File("node-4.json")));
        var members = json.RootElement.GetProperty("Consensus").GetProperty("Members").EnumerateArray()
            .Select(member => $"{member.GetProperty("Id")} {member.GetProperty("Address")}");

        Assert.That(members, Is.EqualTo(new[] { "1 127.0.0.1:7101", "2 127.0.0.1:7102", "10 127.0.0.1:7107" }));
    }

    [Test]
    public async Task A_further_node_knows_those_who_are_members_now_if_a_node_says_who_they_are()
    {
        using var folder = new TestFolder();
        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "3");
        var group = ApiNode.CreateGroup();
        await using var node = await ApiNode.StartAsync(group);
        var members = group.Status.Membership.Members.Select(member => $"{member.Id} {member.Address}").ToList();

        var run = await JoinAsync(folder, "7", "--endpoint", node.Endpoint);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), run.Error);
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(folder.File("node-7.json")));
        Assert.That(
            json.RootElement.GetProperty("Consensus").GetProperty("Members").EnumerateArray().Select(member => $"{member.GetProperty("Id")} {member.GetProperty("Address")}"),
            Is.EqualTo(members).And.Not.Empty);
        Assert.That(members, Has.Count.LessThan(3), "The files know of three.");
    }

    [Test]
    public async Task If_the_nodes_that_are_named_do_not_answer_nothing_is_written()
    {
        using var folder = new TestFolder();
        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "1");

        var run = await JoinAsync(folder, "7", "--endpoint", "http://127.0.0.1:9", "--timeout", "1");

        Assert.That((run.ExitCode, File.Exists(folder.File("node-7.json"))), Is.EqualTo((ExitCode.Failed, false)));
        Assert.That(run.Error, Does.Contain("No node answered"));
    }

    [Test]
    public async Task A_number_that_is_in_use_is_refused()
    {
        using var folder = new TestFolder();
        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "2");

        var run = await JoinAsync(folder, "2");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error, Does.Contain("--node is 2").And.Contain("ever had"));
    }

    [Test]
    public async Task A_folder_without_a_cluster_is_refused()
    {
        using var folder = new TestFolder();

        var run = await JoinAsync(folder, "2");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error, Does.Contain("no node-*.json"));
        Assert.That(Directory.GetFileSystemEntries(folder.Path), Is.Empty);
    }

    [Test]
    public async Task Without_the_authoritys_key_nothing_is_written()
    {
        using var folder = new TestFolder();
        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "2");
        File.Delete(folder.File("authority.key"));

        var run = await JoinAsync(folder, "3");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error, Does.Contain(folder.File("authority.key")));
        Assert.That(File.Exists(folder.File("node-3.json")), Is.False);
    }

    [TestCase("--address", "nowhere")]
    [TestCase("--address", "127.0.0.1:0")]
    [TestCase("--http", "127.0.0.1")]
    public async Task An_address_that_is_none_is_refused(string option, string value)
    {
        using var folder = new TestFolder();
        string[] arguments = ["join", "--directory", folder.Path, "--node", "3", "--address", "127.0.0.1:7107", "--http", "127.0.0.1:8107"];
        arguments[Array.IndexOf(arguments, option) + 1] = value;

        var run = await ToolRun.OfAsync(arguments);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error, Does.Contain($"{option} is '{value}'"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_node_that_is_to_join_a_hybrid_gets_a_key_of_its_own_and_what_the_first_epoch_is_known_by(bool tls)
    {
        using var folder = new TestFolder();
        await ToolRun.OfAsync(["init", "--directory", folder.Path, "--algorithm", "hybrid", .. tls ? (string[])[] : ["--no-tls"]]);
        var file = folder.File("node-1.json");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace(
            "\"Hybrid\": {", "\"Hybrid\": { \"Start\": \"Pbft\", \"EscalationTarget\": \"HotStuff\", \"EscalatesForCommands\": true, \"ReturnsAlone\": true, \"CheckpointEntries\": 7,", StringComparison.Ordinal));

        var run = await JoinAsync(folder, "7");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), run.Error);
        var key = SigningKeys.Show(folder.File("node-7.signing.key")).PublicKey;
        Assert.That(run.Output, Does.Contain($"Its public key is {key}.").And.Contain($"  consensus seal --add 7=127.0.0.1:7107={key} --operator-key {folder.File("operator.key")}").And.Not.Contain("member add"));
        using var one = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        using var seven = JsonDocument.Parse(await File.ReadAllTextAsync(folder.File("node-7.json")));
        var (first, joining) = (one.RootElement.GetProperty("Consensus"), seven.RootElement.GetProperty("Consensus"));
        Assert.That(joining.GetProperty("Members").GetRawText(), Is.EqualTo(first.GetProperty("Members").GetRawText()));
        Assert.That(JsonElement.DeepEquals(joining.GetProperty("Hybrid"), first.GetProperty("Hybrid")), Is.True, joining.GetProperty("Hybrid").GetRawText());
        Assert.That((joining.GetProperty("SigningKeyFile").GetString(), joining.GetProperty("Initialize").GetString(), joining.GetProperty("Algorithm").GetString()), Is.EqualTo(("node-7.signing.key", "Join", "hybrid")));
        if (tls)
        {
            var renewed = await ToolRun.OfAsync("certificate", "--directory", folder.Path, "--node", "7");
            Assert.That(renewed.ExitCode, Is.EqualTo(ExitCode.Done), renewed.Error);
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(folder.File("node-7.crt"));
            Assert.That(Convert.ToHexStringLower(certificate.RawData), Does.Contain(Convert.ToHexStringLower(System.Text.Encoding.ASCII.GetBytes(key))), "also after it was renewed");
        }
    }

    // Those that the group began with stay in its file, and may all be gone by then.
    [Test]
    public async Task A_node_that_is_to_join_a_hybrid_finds_those_who_came_later()
    {
        using var folder = new TestFolder();
        await ToolRun.OfAsync("init", "--directory", folder.Path, "--algorithm", "hybrid");
        await JoinAsync(folder, "10");
        var run = await JoinAsync(folder, "5");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), run.Error);
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(folder.File("node-5.json")));
        var joining = json.RootElement.GetProperty("Consensus");
        Assert.That(joining.GetProperty("Members").EnumerateArray().Select(member => member.GetProperty("Id").GetInt32()), Is.EqualTo(new[] { 1, 2, 3, 4 }));
        Assert.That(joining.GetProperty("Transport").GetProperty("AddressBook").GetProperty("10")[0].GetString(), Is.EqualTo("127.0.0.1:7107"));
    }

    // What a node chooses follows from more of its file than a further node's has.
    [TestCase("{}", "raft", "")]
    [TestCase("""{ "Byzantine": true }""", null, "No node can join: the cluster in {folder} runs pbft, and its members are those that it began with.")]
    [TestCase("""{ "Byzantine": true, "Latency": "50ms" }""", null, "runs hotstuff, and its members")]
    [TestCase("""{ "Byzantine": true, "SwarmSizeLimit": 3 }""", null, "No node can join: {folder}/node-1.json has the algorithm \"Auto\", and chooses no engine that this tool has.")]
    public async Task Where_nodes_choose_their_engine_a_further_one_gets_its_name(string selection, string? engine, string complaint)
    {
        using var folder = new TestFolder();
        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "4", "--signing-keys");
        var file = folder.File("node-1.json");
        var json = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, json.Replace("\"Algorithm\": \"raft\"", $"\"Algorithm\": \"Auto\", \"Selection\": {selection}", StringComparison.Ordinal));

        var run = await JoinAsync(folder, "7");

        Assert.That(run.ExitCode, Is.EqualTo(engine is null ? ExitCode.Usage : ExitCode.Done), run.Error);
        Assert.That(run.Error, Does.Contain(complaint.Replace("{folder}", folder.Path, StringComparison.Ordinal)));
        Assert.That(File.Exists(folder.File("node-7.json")), Is.EqualTo(engine is not null));
        if (engine is not null)
        {
            using var joining = JsonDocument.Parse(await File.ReadAllTextAsync(folder.File("node-7.json")));
            Assert.That(joining.RootElement.GetProperty("Consensus").GetProperty("Algorithm").GetString(), Is.EqualTo(engine));
        }
    }

    private static Task<ToolRun> JoinAsync(TestFolder folder, string node, params string[] further) => ToolRun.OfAsync(
        ["join", "--directory", folder.Path, "--node", node, "--address", "127.0.0.1:7107", "--http", "127.0.0.1:8107", .. further]);
}
