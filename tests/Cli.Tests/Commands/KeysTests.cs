using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Consensus.Cli.Tests.Support;
using Consensus.Cryptography;
using Consensus.Transport;

namespace Consensus.Cli.Tests.Commands;

/// <summary>Signing keys: made by <c>init</c> and by <c>keys</c>, and never shown.</summary>
[TestFixture]
public sealed class KeysTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Test]
    public async Task A_key_is_made_and_shows_the_same_public_half_again()
    {
        using var folder = new TestFolder();
        var file = folder.File("mine.signing.key");

        var made = await ToolRun.OfAsync("keys", "generate", "--out", file);
        var shown = await ToolRun.OfAsync("keys", "show", file);
        var json = await ToolRun.OfAsync("keys", "show", file, "--json");

        Assert.That((made.ExitCode, shown.ExitCode), Is.EqualTo((ExitCode.Done, ExitCode.Done)), made.Error + shown.Error);
        Assert.That(shown.Output, Is.EqualTo(made.Output));
        using var key = Ed25519.Load().ImportPem(File.ReadAllBytes(file));
        Assert.That(shown.Output.Trim(), Is.EqualTo($"{key.PublicKey}"));
        using var document = JsonDocument.Parse(json.Output);
        Assert.That(document.RootElement.GetProperty("public_key").GetString(), Is.EqualTo($"{key.PublicKey}"));
        Assert.That(document.RootElement.GetProperty("file").GetString(), Is.EqualTo(file));
    }

    [Test]
    public async Task Nothing_that_is_printed_holds_the_secret()
    {
        using var folder = new TestFolder();
        var file = folder.File("mine.signing.key");

        var runs = new[] { await ToolRun.OfAsync("keys", "generate", "--out", file), await ToolRun.OfAsync("keys", "show", file), await ToolRun.OfAsync("keys", "show", file, "--json") };

        var seed = new byte[Ed25519.SeedSize];
        using var key = Ed25519.Load().ImportPem(File.ReadAllBytes(file));
        key.ExportSeed(seed);
        foreach (var run in runs)
        {
            var said = run.Output + run.Error;
            Assert.That(said, Does.Not.Contain("PRIVATE").And.Not.Contain(Convert.ToBase64String(seed)));
            Assert.That(said, Does.Not.Contain(Convert.ToHexStringLower(seed)).IgnoreCase);
        }
    }

    [Test]
    public async Task A_file_that_is_there_is_not_overwritten()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.File("precious"), "precious");

        var run = await ToolRun.OfAsync("keys", "generate", "--out", folder.File("precious"));

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error, Does.Contain("Nothing was written").And.Contain(folder.File("precious")));
        Assert.That(await File.ReadAllTextAsync(folder.File("precious")), Is.EqualTo("precious"));
    }

    [Test]
    public async Task A_folder_that_is_not_there_is_named()
    {
        using var folder = new TestFolder();

        var run = await ToolRun.OfAsync("keys", "generate", "--out", Path.Combine(folder.Path, "nowhere", "key"));

        Assert.That((run.ExitCode, run.Error), Is.EqualTo((ExitCode.Usage, run.Error)));
        Assert.That(run.Error, Does.Contain("cannot be written"));
    }

    [Test]
    public async Task What_is_no_key_is_refused_and_not_repeated()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.File("other"), "swordfish");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.File("other"), OwnerOnly);
        }

        var run = await ToolRun.OfAsync("keys", "show", folder.File("other"));

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error, Does.Contain("The signing key cannot be used").And.Not.Contain("swordfish"));
    }

    [Test]
    [UnsupportedOSPlatform("windows")]
    [Platform(Exclude = "Win")]
    public async Task A_key_that_others_can_read_is_refused()
    {
        using var folder = new TestFolder();
        await ToolRun.OfAsync("keys", "generate", "--out", folder.File("key"));
        Assert.That(File.GetUnixFileMode(folder.File("key")), Is.EqualTo(OwnerOnly));
        File.SetUnixFileMode(folder.File("key"), OwnerOnly | UnixFileMode.GroupRead);

        var run = await ToolRun.OfAsync("keys", "show", folder.File("key"));

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error, Does.Contain("which has the mode 640"));
    }

    [Test]
    public async Task Init_gives_each_node_a_key_and_each_file_the_public_keys_of_all()
    {
        using var folder = new TestFolder();

        var run = await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "4", "--signing-keys", "--json");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), run.Error);
        var publicKeys = Enumerable.Range(1, 4).Select(node => PublicKeyIn(folder, node)).ToArray();
        Assert.That(publicKeys, Is.Unique);
        using var result = JsonDocument.Parse(run.Output);
        Assert.That(result.RootElement.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("public_key").GetString()), Is.EqualTo(publicKeys));
        for (var node = 1; node <= 4; node++)
        {
            using var json = JsonDocument.Parse(await File.ReadAllTextAsync(folder.File($"node-{node}.json")));
            var section = json.RootElement.GetProperty("Consensus");
            Assert.That(section.GetProperty("SigningKeyFile").GetString(), Is.EqualTo($"node-{node}.signing.key"));
            Assert.That(section.GetProperty("Members").EnumerateArray().Select(member => member.GetProperty("PublicKey").GetString()), Is.EqualTo(publicKeys));
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(folder.File($"node-{node}.crt"));
            Assert.That(SigningKeyName.In(certificate).Select(key => $"{key}"), Is.EqualTo(new[] { publicKeys[node - 1] }));
        }
    }

    [Test]
    [UnsupportedOSPlatform("windows")]
    [Platform(Exclude = "Win")]
    public async Task Keys_that_init_makes_are_readable_by_their_owner_only()
    {
        using var folder = new TestFolder();

        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "2", "--signing-keys");

        var keys = Directory.GetFiles(folder.Path, "*.signing.key");
        Assert.That(keys, Has.Length.EqualTo(2));
        Assert.That(keys.Select(File.GetUnixFileMode), Is.All.EqualTo(OwnerOnly));
    }

    [Test]
    public async Task Without_being_asked_init_makes_no_signing_keys()
    {
        using var folder = new TestFolder();

        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "1");

        Assert.That(Directory.GetFiles(folder.Path, "*.signing.key"), Is.Empty);
        var text = await File.ReadAllTextAsync(folder.File("node-1.json"));
        Assert.That(text, Does.Not.Contain("SigningKeyFile").And.Not.Contain("PublicKey"));
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(folder.File("node-1.crt"));
        Assert.That(SigningKeyName.In(certificate), Is.Empty);
    }

    [Test]
    public async Task A_signing_key_that_is_there_already_is_not_overwritten_by_init()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.File("node-2.signing.key"), "precious");

        var run = await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "2", "--signing-keys");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error, Does.Contain("node-2.signing.key"));
        Assert.That(Directory.GetFileSystemEntries(folder.Path), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task A_certificate_that_is_issued_anew_names_the_signing_key_as_the_old_one_did()
    {
        using var folder = new TestFolder();
        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "1", "--signing-keys");

        var run = await ToolRun.OfAsync("certificate", "--directory", folder.Path, "--node", "1");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), run.Error);
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(folder.File("node-1.crt"));
        Assert.That(SigningKeyName.In(certificate).Select(key => $"{key}"), Is.EqualTo(new[] { PublicKeyIn(folder, 1) }));
    }

    [Test]
    public async Task A_node_that_joins_does_not_sign_with_the_key_of_another()
    {
        using var folder = new TestFolder();
        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "3", "--signing-keys");

        var run = await ToolRun.OfAsync("join", "--directory", folder.Path, "--node", "4", "--address", "127.0.0.1:7200", "--http", "127.0.0.1:8200");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), run.Error);
        Assert.That(await File.ReadAllTextAsync(folder.File("node-4.json")), Does.Not.Contain("SigningKeyFile").And.Not.Contain("PublicKey"));
    }

    private static string PublicKeyIn(TestFolder folder, int node)
    {
        using var key = Ed25519.Load().ImportPem(File.ReadAllBytes(folder.File($"node-{node}.signing.key")));
        return $"{key.PublicKey}";
    }
}
