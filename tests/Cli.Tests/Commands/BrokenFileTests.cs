using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Consensus.Cli.Cluster;
using Consensus.Cli.Tests.Support;

namespace Consensus.Cli.Tests.Commands;

/// <summary>
/// Files with which <c>consensus run</c> does not start: what only the tool can know, for the settings of every node have a table of their own in
/// the tests of the host. Each row says all that is said, character for character.
/// </summary>
[TestFixture]
public sealed class BrokenFileTests
{
    private const string Levels = "one of Trace, Debug, Information, Warning, Error, Critical, None";
    private const string Listen = "an IP address and a port, such as 127.0.0.1:8101";
    private const string Free = "an address of this machine with a port that no other program uses";

    /// <summary>What is wrong, what the file says instead of a correct one, and what is said about it.</summary>
    private static readonly (string Name, string Content, string[] Problems)[] Files =
    [
        ("A file with nothing in it", "", ["{file} is no configuration: there is nothing in it."]),
        ("A file that is not JSON", "{\n  \"Consensus\": {\n    Node: 1\n", ["{file} is no configuration: line 3, byte 5: 'N' is an invalid start of a property name. Expected a '\"'."]),
        ("Half a file", "{\n  \"Consensus\": {\n    \"Node\": 1,\n    \"Memb", ["{file} is no configuration: line 4, byte 10: Expected end of string, but instead reached end of data."]),
        ("A file that is a list", "[]", ["{file} is no configuration: Top-level JSON element must be an object. Instead, 'Array' was found."]),
        ("A key that is there twice", """{ "Consensus": { "Node": 1, "node": 2 } }""", ["{file} is no configuration: A duplicate key 'Consensus:node' was found."]),
        ("A file without the section", """{ "Node": 1 }""", ["{file} has no section \"Consensus\"; allowed: { \"Consensus\": { … } } with the settings of one node, as init writes it."]),
        ("A section that is a text", """{ "Consensus": "node 1" }""", ["Consensus is \"node 1\"; allowed: an object."]),
        ("A section that is a list", """{ "Consensus": [ { "Node": 1 } ] }""", ["Consensus is a list; allowed: an object."]),
    ];

    /// <summary>What is wrong, what is changed in a correct file, and what is said about it.</summary>
    private static readonly (string Name, Action<JsonObject> Break, string[] Problems)[] Settings =
    [
        (
            "A mistyped section",
            file => file["Loging"] = new JsonObject(),
            ["Loging is not a known key; the nearest one is Logging."]),
        (
            "A section that nobody reads",
            file => file["Kestrel"] = new JsonObject { ["Endpoints"] = "x" },
            ["Kestrel is not a known key; allowed: Consensus, Logging, $schema."]),
        (
            "A log level that there is not",
            file => file["Logging"] = JsonNode.Parse("""{ "LogLevel": { "Default": "Loud" } }"""),
            [$"Logging:LogLevel:Default is \"Loud\"; allowed: {Levels}."]),
        (
            "A log level of the console that there is not",
            file => file["Logging"] = JsonNode.Parse("""{ "Console": { "LogLevel": { "Consensus": { "Raft": "Debug" } } } }"""),
            [$"Logging:Console:LogLevel:Consensus is an object or null; allowed: {Levels}."]),
        (
            "A mistyped key of the log",
            file => file["Logging"] = JsonNode.Parse("""{ "LogLevels": { "Default": "Debug" } }"""),
            ["Logging:LogLevels is not a known key; the nearest one is LogLevel."]),
        (
            "A node without an address for its API",
            file => file["Consensus"]!.AsObject().Remove("Http"),
            [$"Consensus:Http:Listen is missing; allowed for a node that runs by itself: {Listen}."]),
        (
            "A name as the address of the API",
            file => file["Consensus"]!["Http"]!["Listen"] = "localhost:8101",
            [$"Consensus:Http:Listen is \"localhost:8101\"; allowed for a node that runs by itself: {Listen}."]),
        (
            "An IPv6 address of the API without brackets",
            file => file["Consensus"]!["Http"]!["Listen"] = "::1:8101",
            ["Consensus:Http:Listen is \"::1:8101\"; allowed: host:port with a port from 1 to 65,535, an IPv6 address in brackets."]),
        (
            "A data folder that is a file",
            file => file["Consensus"]!["DataDirectory"] = "node-1.json",
            ["Consensus:DataDirectory is \"{folder}/node-1.json\", which is a file; allowed: a folder."]),
        (
            "A data folder whose name is no path",
            file => file["Consensus"]!["DataDirectory"] = "node\0",
            ["Consensus:DataDirectory is \"node\\u0000\"; allowed: the path of a folder, which has no null characters."]),
        (
            "A file with tokens whose name is no path",
            file => file["Consensus"]!["Http"]!["TokensFile"] = "\0",
            ["Consensus:Http:TokensFile is \"\0\", which cannot be read (Null character in path. (Parameter 'path')); allowed: a file that this process may read."]),
        (
            "A port of the nodes that another program has",
            file => file["Consensus"]!["Members"]![0]!["Address"] = "127.0.0.1:{taken}",
            [$"Consensus:Members:0:Address is \"127.0.0.1:{{taken}}\", where this node cannot listen (Address already in use); allowed: {Free}."]),
        (
            "A port of the API that another program has",
            file => file["Consensus"]!["Http"]!["Listen"] = "127.0.0.1:{taken}",
            [$"Consensus:Http:Listen is \"127.0.0.1:{{taken}}\", where this node cannot listen (Address already in use); allowed: {Free}."]),
        (
            "A file with five mistakes",
            file =>
            {
                file["Loging"] = new JsonObject();
                file["Logging"] = JsonNode.Parse("""{ "LogLevel": { "Default": "Loud" } }""");
                file["Consensus"]!["Http"]!["Listen"] = "localhost:8101";
                file["Consensus"]!["Node"] = "one";
                file["Consensus"]!["Raft"] = new JsonObject { ["HeartbeatInterval"] = 40 };
            },
            [
                "Loging is not a known key; the nearest one is Logging.",
                $"Logging:LogLevel:Default is \"Loud\"; allowed: {Levels}.",
                $"Consensus:Http:Listen is \"localhost:8101\"; allowed for a node that runs by itself: {Listen}.",
                "Consensus:Node is \"one\"; allowed: a whole number from 1 to 4,294,967,295.",
                "Consensus:Raft:HeartbeatInterval is \"40\"; allowed: a duration such as \"150ms\", \"2s\" or \"00:00:00.150\", from 1ms to 1m.",
            ]),
    ];

    private static IEnumerable<TestCaseData> BrokenFiles => Files.Select(row => new TestCaseData(row.Content, row.Problems).SetName($"{row.Name} is refused"));

    private static IEnumerable<TestCaseData> BrokenSettings => Settings.Select(row => new TestCaseData(row.Break, row.Problems).SetName($"{row.Name} is refused"));

    [TestCaseSource(nameof(BrokenFiles))]
    public async Task A_broken_file_is_refused(string content, string[] problems)
    {
        using var folder = new TestFolder();
        var file = folder.File("node.json");
        await File.WriteAllTextAsync(file, content);

        await AssertRefusedAsync(file, ExitCode.Usage, problems.Select(problem => problem.Replace("{file}", file, StringComparison.Ordinal)));
    }

    [TestCaseSource(nameof(BrokenSettings))]
    public async Task A_broken_setting_is_refused(Action<JsonObject> breakIt, string[] problems)
    {
        using var folder = new TestFolder();
        using var other = new Socket(SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        var ports = LoopbackPorts.Find(2);
        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "1", "--no-tls", "--base-port", $"{ports[0]}", "--http-port", $"{ports[1]}");
        var path = folder.File("node-1.json");
        var file = JsonNode.Parse(await File.ReadAllTextAsync(path))!.AsObject();
        breakIt(file);
        await File.WriteAllTextAsync(path, Fill(file.ToJsonString()));

        await AssertRefusedAsync(path, ExitCode.Usage, problems.Select(Fill));

        string Fill(string text) => text
            .Replace("{folder}", folder.Path, StringComparison.Ordinal)
            .Replace("{taken}", $"{((IPEndPoint)other.LocalEndPoint!).Port}", StringComparison.Ordinal);
    }

    [Test]
    public async Task A_file_that_is_missing_is_refused()
    {
        using var folder = new TestFolder();
        var file = folder.File("node-1.json");

        await AssertRefusedAsync(file, ExitCode.Usage, [$"There is no configuration file {file}. Write one with: consensus init --directory {folder.Path}"]);
    }

    [Test]
    public async Task A_data_folder_that_cannot_be_made_is_a_failure()
    {
        using var folder = new TestFolder();
        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "1", "--no-tls");
        var (path, data) = (folder.File("node-1.json"), folder.File("node-1.json/data"));
        var file = await File.ReadAllTextAsync(path);
        await File.WriteAllTextAsync(path, file.Replace("\"node-1\"", "\"node-1.json/data\"", StringComparison.Ordinal).Replace("Never", "IfMissing", StringComparison.Ordinal));

        await AssertRefusedAsync(
            path,
            ExitCode.Failed,
            [$"Consensus:DataDirectory is \"{data}\". The data folder {data} cannot be created: The file '{path}' already exists. Allowed: a folder that this process may read and write, on a disk with room."]);
    }

    private static async Task AssertRefusedAsync(string file, int exitCode, IEnumerable<string> problems)
    {
        var run = await ToolRun.OfAsync("run", "--config", file);

        Assert.That(run.Error.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries), Is.EqualTo(problems.ToArray()));
        Assert.That(run.ExitCode, Is.EqualTo(exitCode));
        Assert.That(run.Output, Is.Empty);
    }
}
