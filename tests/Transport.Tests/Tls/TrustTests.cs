namespace Consensus.Transport.Tests;

/// <summary>Whose certificate opens a connection, and what the log says of the others.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class TrustTests : IDisposable
{
    private readonly TestCertificates _cluster = new();
    private readonly TestCertificates _stranger = new();
    private readonly TestCertificates _other = new(new ClusterId(new Guid("aaaaaaaa-8a55-4b7d-9e2b-0d3f9f7b2a11")));
    private readonly RecordingLogger _one = new();
    private readonly RecordingLogger _two = new();

    public void Dispose()
    {
        _cluster.Dispose();
        _stranger.Dispose();
        _other.Dispose();
    }

    [Test]
    public async Task Nodes_with_certificates_of_one_authority_talk()
    {
        await using var one = await StartAsync(1, _cluster.Source(1));
        await using var two = await StartAsync(2, _cluster.Source(2));
        await TestNode.ConnectAsync(one, two);
        one.SendNow(two, new TestMessage(1, 100_000));
        await two.Receiver.MessagesAsync(1);
    }

    [Test]
    public async Task A_node_of_another_authority_is_refused_by_both_sides()
    {
        await IsKeptOutAsync(_stranger.Source(2), "was not issued by an authority that this node trusts", HandshakeRefusal.NotTrusted);
        Assert.That(_two.Texts("consensus.connection.connect_failed"), Has.One.Contains("was not issued by an authority that this node trusts"));
    }

    [Test]
    public async Task A_node_that_trusts_others_but_has_a_strangers_certificate_is_refused_by_them()
    {
        var files = _stranger.Issue(2) with { AuthorityFile = _cluster.AuthorityFile };
        await IsKeptOutAsync(TestCertificates.Unchecked(files), "was not issued by an authority that this node trusts", HandshakeRefusal.NotTrusted);
    }

    [Test]
    public async Task An_expired_certificate_is_refused()
    {
        var files = _cluster.Issue(2, DateTimeOffset.UtcNow.AddDays(-10), TimeSpan.FromDays(9));
        await IsKeptOutAsync(TestCertificates.Unchecked(files), "is valid from", HandshakeRefusal.NotTrusted);
    }

    [Test]
    public async Task A_certificate_that_is_not_valid_yet_is_refused()
    {
        var files = _cluster.Issue(2, DateTimeOffset.UtcNow.AddDays(2));
        await IsKeptOutAsync(TestCertificates.Unchecked(files), "is valid from", HandshakeRefusal.NotTrusted);
    }

    [Test]
    public async Task The_certificate_of_another_node_is_refused()
    {
        var files = _cluster.Issue(3);
        await IsKeptOutAsync(TestCertificates.Unchecked(files), "NotItsCertificate", HandshakeRefusal.NotItsCertificate);
        Assert.That(_one.Texts("consensus.connection.connect_failed"), Has.One.Contains("is that of node 3, not of node 2"));
    }

    [Test]
    public async Task The_certificate_of_another_cluster_is_refused_even_by_who_trusts_its_authority()
    {
        var files = _other.Issue(2);
        await IsKeptOutAsync(
            TestCertificates.Unchecked(files with { AuthorityFile = _cluster.AuthorityFile }),
            "names no node of this cluster",
            HandshakeRefusal.NotTrusted,
            alsoTrusted: files.AuthorityFile);
    }

    [Test]
    public async Task Who_does_not_encrypt_is_refused() => await IsKeptOutAsync(null, "there is no TLS 1.3 with it", HandshakeRefusal.NotTrusted);

    [Test]
    public async Task Who_encrypts_is_refused_by_who_does_not()
    {
        await using var one = await StartAsync(1, null);
        await using var two = await StartAsync(2, _cluster.Source(2));
        TestNode.Introduce(one, two);
        await Eventually.IsAsync(() => one.Statistics.Refused(HandshakeRefusal.NotTheProtocol) > 0, "a refusal");
        Assert.That(one.Receiver.Changes, Is.Empty);
        Assert.That(two.Receiver.Changes, Is.Empty);
    }

    [Test]
    public async Task A_caller_that_says_nothing_is_given_up_when_its_time_is_over()
    {
        var time = new ManualTimeProvider();
        await using var one = await TcpNodes.StartAsync(TcpNodes.Options(1), time, credentials: _cluster.Source(1));
        using var client = await RawClient.ConnectAsync(one);
        await time.AdvanceWhenAwaitedAsync(TimeSpan.FromMinutes(1));
        Assert.That(await client.ClosedAsync(), Is.Zero);

        // The caller may see the end before it is counted.
        await Eventually.IsAsync(() => one.Statistics.Refused(HandshakeRefusal.TimedOut) == 1, "a refusal");
    }

    /// <summary>Node 1, with a certificate of the cluster, and node 2 with another: no connection comes about, and the log says why, once.</summary>
    private async Task IsKeptOutAsync(ITlsCredentialSource? credentials, string reason, HandshakeRefusal refusal, string? alsoTrusted = null)
    {
        var files = _cluster.Issue(1);
        if (alsoTrusted is not null)
        {
            await File.AppendAllTextAsync(files.AuthorityFile, "\n" + await File.ReadAllTextAsync(alsoTrusted));
        }

        await using var one = await StartAsync(1, _cluster.Open(files, 1), _one);
        await using var two = await StartAsync(2, credentials, _two);
        TestNode.Introduce(one, two);
        await Eventually.IsAsync(() => one.Statistics.Refused(refusal) > 3 && two.Toward(one).ConnectFailures > 3 && one.Toward(two).ConnectFailures > 3, "refusals");
        Assert.That(one.Receiver.Changes, Is.Empty);
        Assert.That(two.Receiver.Changes, Is.Empty);
        var texts = (string[])[.. _one.Texts("consensus.connection.not_trusted"), .. _one.Texts("consensus.connection.refused")];
        Assert.That(texts, Has.Exactly(1).Items, "One line for each peer and minute.");
        Assert.That(texts.Single(), Does.Contain(reason));
    }

    private static Task<TestNode> StartAsync(uint id, ITlsCredentialSource? credentials, RecordingLogger? logger = null) =>
        TcpNodes.StartAsync(TcpNodes.Options(id), logger: logger, credentials: credentials);
}
