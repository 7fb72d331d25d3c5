using System.Text.Json.Nodes;
using Consensus.Cli.Cluster;
using Consensus.Cli.Nodes;
using Consensus.Cli.Setup;
using Consensus.Cli.Tests.Support;

namespace Consensus.Cli.Tests.Processes;

/// <summary>A node that serves HTTPS and asks for tokens, as an operator sets it up and uses it.</summary>
[TestFixture]
[Category("Process")]
public sealed class AccessTests
{
    private const string Reader = "reader-token-0123456789";
    private const string Writer = "writer-token-0123456789";

    [Test]
    public async Task The_tool_shows_its_token_and_trusts_the_clusters_authority()
    {
        using var folder = new TestFolder();
        var ports = LoopbackPorts.Find(2);
        var initialized = ClusterInitializer.Run(new InitOptions
        {
            Directory = folder.Path,
            Nodes = 1,
            Algorithm = Algorithms.Raft,
            BasePort = ports[0],
            HttpPort = ports[1],
            Tls = true,
            Https = true,
        }).Nodes[0];
        var tokens = await SecretAsync(folder, "tokens", $"read {Reader}\nwrite {Writer}\n");
        var settings = JsonNode.Parse(await File.ReadAllTextAsync(initialized.Config))!;
        settings["Consensus"]!["Http"]!["TokensFile"] = Path.GetFileName(tokens);
        await File.WriteAllTextAsync(initialized.Config, settings.ToJsonString());
        using var node = new NodeProcess(initialized.Config);
        Assert.That((await node.StartAsync(CancellationToken.None)).Endpoint, Does.StartWith("https://"));
        var reader = await SecretAsync(folder, "reader", Reader);
        var writer = await SecretAsync(folder, "writer", Writer);

        Assert.That(await RunAsync("put", "a", "1", "--ca", folder.File("authority.crt"), "--token-file", writer), Is.EqualTo((ExitCode.Done, "")));
        Assert.That(await RunAsync("get", "a", "--ca", folder.File("authority.crt"), "--token-file", reader), Is.EqualTo((ExitCode.Done, "")));

        var (code, error) = await RunAsync("put", "a", "2", "--ca", folder.File("authority.crt"), "--token-file", reader);
        Assert.That(code, Is.EqualTo(ExitCode.Failed), error);
        Assert.That(error, Does.Not.Contain(Reader));
        (code, error) = await RunAsync("get", "a", "--ca", folder.File("authority.crt"));
        Assert.That(code, Is.EqualTo(ExitCode.Failed), error);
        (code, error) = await RunAsync("get", "a", "--timeout", "1", "--token-file", reader);
        Assert.That(code, Is.EqualTo(ExitCode.Failed), "an authority that nobody was told to trust");
        (code, error) = await RunAsync("get", "a", "--ca", "/nowhere/authority.crt");
        Assert.That((code, error), Is.EqualTo((ExitCode.Usage, error)));
        Assert.That(error, Does.Contain("--ca is '/nowhere/authority.crt'"));

        async Task<(int Code, string Error)> RunAsync(params string[] arguments)
        {
            var run = await ToolRun.OfAsync([.. arguments, "--endpoint", initialized.Endpoint]);
            return (run.ExitCode, run.Error);
        }
    }

    private static async Task<string> SecretAsync(TestFolder folder, string name, string text)
    {
        var file = folder.File(name);
        await File.WriteAllTextAsync(file, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return file;
    }
}
