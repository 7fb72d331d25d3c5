using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Consensus.Cli.Tests.Support;

namespace Consensus.Cli.Tests.Commands;

[TestFixture]
public sealed class AuthorityTests
{
    [Test]
    public async Task An_exchange_goes_through_both_certificates_to_the_new_one_alone()
    {
        using var folder = new TestFolder();
        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "2");
        var old = Trusted(folder).Single();
        var oldKey = await File.ReadAllTextAsync(folder.File("authority.key"));

        var rotate = await ToolRun.OfAsync("authority", "rotate", "--directory", folder.Path, "--json");

        Assert.That(rotate.ExitCode, Is.EqualTo(ExitCode.Done), rotate.Error);
        var both = Trusted(folder);
        Assert.That(both, Has.Count.EqualTo(2));
        Assert.That(both[1], Is.EqualTo(old));
        Assert.That(await File.ReadAllTextAsync(folder.File("authority.key")), Is.Not.EqualTo(oldKey));
        using var json = JsonDocument.Parse(rotate.Output);
        Assert.That(json.RootElement.GetProperty("trusted").EnumerateArray().Select(trusted => trusted.GetProperty("thumbprint").GetString()), Is.EqualTo(both));

        // With both in the file, certificates are issued by the new one.
        foreach (var node in new[] { "1", "2" })
        {
            var issue = await ToolRun.OfAsync("certificate", "--directory", folder.Path, "--node", node);
            Assert.That(issue.ExitCode, Is.EqualTo(ExitCode.Done), issue.Error);
        }

        var join = await ToolRun.OfAsync("join", "--directory", folder.Path, "--node", "3", "--address", "127.0.0.1:7103", "--http", "127.0.0.1:8103");
        Assert.That(join.ExitCode, Is.EqualTo(ExitCode.Done), join.Error);

        var forget = await ToolRun.OfAsync("authority", "forget-old", "--directory", folder.Path);
        Assert.That(forget.ExitCode, Is.EqualTo(ExitCode.Done), forget.Error);
        Assert.That(Trusted(folder), Is.EqualTo(both.Take(1)));
    }

    [Test]
    public async Task The_old_one_is_not_forgotten_while_a_node_has_a_certificate_of_it()
    {
        using var folder = new TestFolder();
        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "3");
        await ToolRun.OfAsync("authority", "rotate", "--directory", folder.Path);
        await ToolRun.OfAsync("certificate", "--directory", folder.Path, "--node", "2");

        var run = await ToolRun.OfAsync("authority", "forget-old", "--directory", folder.Path);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error, Does.Contain("certificate of another authority: 1, 3."));
        Assert.That(Trusted(folder), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_second_exchange_waits_for_the_end_of_the_first()
    {
        using var folder = new TestFolder();
        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "1");
        await ToolRun.OfAsync("authority", "rotate", "--directory", folder.Path);
        var before = Trusted(folder);

        var run = await ToolRun.OfAsync("authority", "rotate", "--directory", folder.Path);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error, Does.Contain("an exchange is under way"));
        Assert.That(Trusted(folder), Is.EqualTo(before));
    }

    [TestCase("rotate")]
    [TestCase("forget-old")]
    public async Task Without_the_authoritys_key_nothing_is_written(string step)
    {
        using var folder = new TestFolder();
        await ToolRun.OfAsync("init", "--directory", folder.Path, "--nodes", "1");
        File.Delete(folder.File("authority.key"));
        var before = Trusted(folder);

        var run = await ToolRun.OfAsync("authority", step, "--directory", folder.Path);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error, Does.Contain(folder.File("authority.key")));
        Assert.That(Trusted(folder), Is.EqualTo(before));
    }

    private static List<string> Trusted(TestFolder folder)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(folder.File("authority.crt"));
        return [.. certificates.Select(certificate => certificate.Thumbprint)];
    }
}
