using System.Runtime.Versioning;

namespace Consensus.Transport.Tests;

/// <summary>What files of certificates are taken, what is said of others, and how new ones come into use.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PemCredentialTests : IDisposable
{
    private static readonly ClusterId Cluster = TcpNodes.Cluster;

    private readonly TestCertificates _cluster = new();
    private readonly RecordingLogger _logger = new();

    public void Dispose() => _cluster.Dispose();

    [Test]
    public void Good_files_have_no_problems() => Assert.That(Problems(_cluster.Issue(1)), Is.Empty);

    [Test]
    public void Everything_that_is_wrong_is_said_at_once()
    {
        var files = new PemFiles("/nowhere/node.crt", "/nowhere/node.key", "/nowhere/authority.crt");
        Assert.That(Problems(files).Select(problem => problem.Setting), Is.EquivalentTo(new[] { "CertificateFile", "KeyFile", "AuthorityFile" }));
    }

    [TestCase("CertificateFile", "holds no certificate")]
    [TestCase("AuthorityFile", "holds no certificate")]
    [TestCase("KeyFile", "does not hold the private key")]
    public void A_file_of_something_else_is_named(string setting, string reason)
    {
        var files = _cluster.Issue(1);
        File.WriteAllText((string)typeof(PemFiles).GetProperty(setting)!.GetValue(files)!, "Nothing of the kind.\n");
        Assert.That(Problems(files).Single().ToString(), Does.StartWith(setting).And.Contain(reason));
    }

    [Test]
    public void A_damaged_certificate_is_named()
    {
        var files = _cluster.Issue(1);
        var text = File.ReadAllText(files.CertificateFile);
        File.WriteAllText(files.CertificateFile, text[..100] + text[140..]);
        Assert.That(Problems(files).Single().Setting, Is.EqualTo("CertificateFile"));
    }

    [Test]
    public void The_key_of_another_certificate_is_named()
    {
        var files = _cluster.Issue(1);
        Assert.That(Problems(files with { KeyFile = _cluster.Issue(2).KeyFile }).Single().Reason, Does.Contain("does not hold the private key"));
    }

    [Test]
    public void The_certificate_of_another_node_is_named()
    {
        var problem = PemCredentialSource.Check(_cluster.Issue(2), Cluster, new NodeId(1), DateTimeOffset.UtcNow).Single();
        Assert.That(problem.Reason, Does.Contain("not that of this node").And.Contain(NodeName.Of(Cluster, new NodeId(1))));
    }

    [Test]
    public void The_certificate_of_another_cluster_is_named()
    {
        var other = new ClusterId(Guid.NewGuid());
        Assert.That(
            PemCredentialSource.Check(_cluster.Issue(1), other, new NodeId(1), DateTimeOffset.UtcNow).Single().Reason, Does.Contain("not that of this node"));
    }

    [TestCase(-400, 200, "is valid from")]
    [TestCase(10, 200, "is valid from")]
    public void A_certificate_out_of_its_time_is_named(int fromDays, int forDays, string reason)
    {
        var files = _cluster.Issue(1, DateTimeOffset.UtcNow.AddDays(fromDays), TimeSpan.FromDays(forDays));
        Assert.That(Problems(files).Single().Reason, Does.Contain(reason));
    }

    [Test]
    public void The_certificate_of_another_authority_is_named()
    {
        using var stranger = new TestCertificates();
        var files = _cluster.Issue(1) with { AuthorityFile = stranger.AuthorityFile };
        Assert.That(Problems(files).Single().Reason, Does.Contain("was not issued by an authority that this node trusts"));
    }

    [TestCase(UnixFileMode.OtherRead)]
    [TestCase(UnixFileMode.OtherWrite)]
    [TestCase(UnixFileMode.GroupWrite)]
    [UnsupportedOSPlatform("windows")]
    [Platform(Exclude = "Win")]
    public void A_key_that_others_can_read_or_write_is_refused(UnixFileMode bit)
    {
        var files = _cluster.Issue(1);
        File.SetUnixFileMode(files.KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | bit);
        Assert.That(Problems(files).Single().ToString(), Does.StartWith("KeyFile").And.Contain("mode 6"));
    }

    [Test]
    [UnsupportedOSPlatform("windows")]
    [Platform(Exclude = "Win")]
    public void A_key_that_the_nodes_group_can_read_is_taken()
    {
        var files = _cluster.Issue(1);
        File.SetUnixFileMode(files.KeyFile, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.That(Problems(files), Is.Empty);
    }

    [Test]
    public void Files_that_cannot_be_used_are_refused_when_they_are_opened()
    {
        var files = _cluster.Issue(1);
        var error = Assert.Throws<ConsensusException>(() => _cluster.Open(files with { KeyFile = "/nowhere/node.key" }, 1));
        Assert.That(error!.Reason, Is.EqualTo(ConsensusFailure.InvalidConfiguration));
        Assert.That(error.Message, Does.Contain("/nowhere/node.key"));
    }

    [Test]
    public void A_new_certificate_is_used_from_the_next_connection_on()
    {
        var source = _cluster.Open(_cluster.Issue(1), 1, _logger);
        var first = source.Current;
        Assert.That(source.Current, Is.SameAs(first));
        Replace(_cluster.Issue(1));
        Assert.That(source.Current.Certificate.Thumbprint, Is.Not.EqualTo(first.Certificate.Thumbprint));
        Assert.That(_logger.Texts("consensus.certificate.reloaded"), Has.Exactly(1).Items);
    }

    [Test]
    public void A_certificate_without_its_key_changes_nothing_until_the_key_is_there()
    {
        var files = _cluster.Issue(1);
        var source = _cluster.Open(files, 1, _logger);
        var first = source.Current;
        var key = File.ReadAllText(files.KeyFile);
        Replace(_cluster.Issue(1));
        var newKey = File.ReadAllText(files.KeyFile);
        File.WriteAllText(files.KeyFile, key);
        for (var i = 0; i < 5; i++)
        {
            Assert.That(source.Current, Is.SameAs(first));
        }

        Assert.That(_logger.Texts("consensus.certificate.reload_failed"), Has.Exactly(1).Items.And.One.Contains("does not hold the private key"));
        File.WriteAllText(files.KeyFile, newKey);
        Assert.That(source.Current, Is.Not.SameAs(first));
    }

    [Test]
    public async Task Nodes_go_over_to_a_new_authority_one_after_the_other()
    {
        using var next = new TestCertificates();
        var one = _cluster.Issue(1);
        var both = await File.ReadAllTextAsync(one.AuthorityFile) + "\n" + await File.ReadAllTextAsync(next.AuthorityFile);
        await using var first = await TcpNodes.StartAsync(TcpNodes.Options(1), credentials: _cluster.Open(one, 1, _logger));
        await File.WriteAllTextAsync(one.AuthorityFile, both);
        Replace(one);
        await using var second = await TcpNodes.StartAsync(TcpNodes.Options(2), credentials: TestCertificates.Unchecked(next.Issue(2) with { AuthorityFile = one.AuthorityFile }));
        await TestNode.ConnectAsync(first, second);
        Assert.That(_logger.Texts("consensus.certificate.reloaded"), Has.Exactly(1).Items);
    }

    [Test]
    public void An_authority_is_taken_up_from_its_files_again()
    {
        using var made = ClusterAuthority.Create(Cluster, DateTimeOffset.UtcNow);
        using var again = ClusterAuthority.FromPem(Cluster, made.CertificatePem, made.KeyPem);
        Assert.That(again.CertificatePem, Is.EqualTo(made.CertificatePem));
        Assert.That(again.KeyPem, Is.EqualTo(made.KeyPem));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Of_several_certificates_the_one_of_the_key_is_the_authoritys(bool isFirst)
    {
        using var made = ClusterAuthority.Create(Cluster, DateTimeOffset.UtcNow);
        using var other = ClusterAuthority.Create(Cluster, DateTimeOffset.UtcNow);
        var both = isFirst ? $"{made.CertificatePem}\n{other.CertificatePem}" : $"{other.CertificatePem}\n{made.CertificatePem}";

        using var again = ClusterAuthority.FromPem(Cluster, both, made.KeyPem);

        Assert.That(again.CertificatePem, Is.EqualTo(made.CertificatePem));
    }

    [Test]
    public void A_key_of_none_of_several_certificates_is_refused()
    {
        using var made = ClusterAuthority.Create(Cluster, DateTimeOffset.UtcNow);
        using var other = ClusterAuthority.Create(Cluster, DateTimeOffset.UtcNow);
        using var third = ClusterAuthority.Create(Cluster, DateTimeOffset.UtcNow);

        Assert.That(
            () => ClusterAuthority.FromPem(Cluster, $"{made.CertificatePem}\n{other.CertificatePem}", third.KeyPem),
            Throws.TypeOf<System.Security.Cryptography.CryptographicException>().With.Message.EqualTo("None of the 2 certificates belongs to the key."));
    }

    [Test]
    public void The_certificate_of_a_node_is_no_authority()
    {
        using var made = ClusterAuthority.Create(Cluster, DateTimeOffset.UtcNow);
        var (certificate, key) = made.Issue(new NodeId(1), [], DateTimeOffset.UtcNow, ClusterAuthority.NodeValidity);
        Assert.Throws<System.Security.Cryptography.CryptographicException>(() => ClusterAuthority.FromPem(Cluster, certificate, key));
    }

    private static IReadOnlyList<PemProblem> Problems(PemFiles files) => PemCredentialSource.Check(files, Cluster, new NodeId(1), DateTimeOffset.UtcNow);

    /// <summary>Makes sure that the files look changed, however coarse the file system's clock is.</summary>
    private static void Replace(PemFiles files)
    {
        var later = DateTime.UtcNow.AddMinutes(1);
        File.SetLastWriteTimeUtc(files.CertificateFile, later);
        File.SetLastWriteTimeUtc(files.AuthorityFile, later);
    }
}
