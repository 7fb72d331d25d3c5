using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Consensus.Cli.Tests.Support;

namespace Consensus.Cli.Tests.Commands;

[TestFixture]
public sealed class CertificateTests
{
    [Test]
    [UnsupportedOSPlatform("windows")]
    [Platform(Exclude = "Win")]
    public async Task Private_keys_are_readable_by_their_owner_only()
    {
        using var folder = new TestFolder();
        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "3");

        var keys = Directory.GetFiles(folder.Path, "*.key");

        Assert.That(keys, Has.Length.EqualTo(4));
        Assert.That(keys.Select(File.GetUnixFileMode), Is.All.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(await File.ReadAllTextAsync(folder.File("node-1.json")), Does.Not.Contain("PRIVATE"));
    }

    [Test]
    public async Task Without_tls_there_are_no_certificates()
    {
        using var folder = new TestFolder();
        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "1", "--no-tls");

        Assert.That(Directory.GetFiles(folder.Path), Is.EqualTo(new[] { folder.File("node-1.json") }));
        Assert.That(await File.ReadAllTextAsync(folder.File("node-1.json")), Does.Not.Contain("Tls"));
    }

    [Test]
    public async Task A_certificate_is_issued_anew_in_the_place_of_the_old_one()
    {
        using var folder = new TestFolder();
        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "1");
        using var before = X509CertificateLoader.LoadCertificateFromFile(folder.File("node-1.crt"));

        var run = await ToolRun.OfAsync("certificate", "--directory", folder.Path, "--node", "1", "--days", "30", "--host", "db.example", "--json");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), run.Error);
        using var json = JsonDocument.Parse(run.Output);
        using var after = X509CertificateLoader.LoadCertificateFromFile(folder.File("node-1.crt"));
        Assert.That(after.Thumbprint, Is.Not.EqualTo(before.Thumbprint));
        Assert.That(after.MatchesHostname("db.example"), Is.True);
        Assert.That(after.MatchesHostname("127.0.0.1"), Is.True);
        Assert.That(json.RootElement.GetProperty("expires_at").GetDateTimeOffset(), Is.EqualTo(new DateTimeOffset(after.NotAfter)));
        Assert.That(after.NotAfter, Is.LessThan(before.NotAfter));
    }

    [TestCase("--node", "9", "node-9.json")]
    [TestCase("--days", "0", "--days")]
    [TestCase("--host", "not a host", "--host is 'not a host'")]
    public async Task What_cannot_be_issued_is_refused(string option, string value, string said)
    {
        using var folder = new TestFolder();
        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "1");
        var arguments = new Dictionary<string, string>(StringComparer.Ordinal) { ["--node"] = "1", [option] = value };

        var run = await ToolRun.OfAsync(["certificate", "--directory", folder.Path, .. arguments.SelectMany(pair => new[] { pair.Key, pair.Value })]);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error, Does.Contain(said));
    }
}
