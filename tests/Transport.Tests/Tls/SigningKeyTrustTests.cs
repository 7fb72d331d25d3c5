using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Consensus.Cryptography;
using PublicKey = Consensus.Cryptography.PublicKey;

namespace Consensus.Transport.Tests;

/// <summary>That a node's certificate and the key with which it signs belong together, for the node itself and for its peers.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SigningKeyTrustTests : IDisposable
{
    private static readonly SimulatedKeyRegistry Registry = new(1);

    private readonly TestCertificates _cluster = new();
    private readonly RecordingLogger _one = new();
    private readonly RecordingLogger _two = new();

    public void Dispose() => _cluster.Dispose();

    [Test]
    public void A_certificate_names_the_key_that_it_was_issued_for()
    {
        using var certificate = Load(_cluster.Issue(1, signingKey: Key(1)));

        Assert.That(SigningKeyName.In(certificate), Is.EqualTo(new[] { Key(1) }));
        Assert.That(NodeName.In(certificate, TcpNodes.Cluster), Is.EqualTo(new[] { new NodeId(1) }));
    }

    [Test]
    public void A_certificate_that_was_issued_without_a_key_names_none()
    {
        using var certificate = Load(_cluster.Issue(1));

        Assert.That(SigningKeyName.In(certificate), Is.Empty);
    }

    [TestCase("consensus:ed25519:")]
    [TestCase("consensus:ed25519:00112233")]
    [TestCase("consensus:ed25519:zz112233445566778899aabbccddeeff00112233445566778899aabbccddeeff")]
    public void A_name_that_holds_no_key_is_the_key_of_nobody(string name)
    {
        using var certificate = Named(new Uri(name), new Uri("https://example.org/"));

        Assert.That(SigningKeyName.In(certificate), Is.EqualTo(new[] { default(PublicKey) }));
    }

    private static IEnumerable<TestCaseData<uint, uint, bool, bool, string?>> Own()
    {
        yield return new(1, 1, false, true, null);
        yield return new(1, 1, true, true, null);
        yield return new(0, 1, false, true, null);
        yield return new(0, 1, true, true, "names no signing key");
        yield return new(2, 1, false, true, $"names the signing key {Key(2)}, and that of node 1 is {Key(1)}");
        yield return new(2, 1, true, false, null);
    }

    [TestCaseSource(nameof(Own))]
    public void A_node_compares_its_own_certificate_with_its_key(uint named, uint expected, bool areRequired, bool isKnown, string? reason)
    {
        var files = _cluster.Issue(1, signingKey: named == 0 ? default : Key(named));
        var keys = new ExpectedKeys(isKnown ? [new MemberKey(new NodeId(1), Key(expected))] : [], areRequired);

        var problems = PemCredentialSource.Check(files, TcpNodes.Cluster, new NodeId(1), DateTimeOffset.UtcNow, keys);

        Assert.That(problems.Select(problem => problem.ToString()), reason is null ? Is.Empty : Has.One.EqualTo(
            $"CertificateFile is \"{files.CertificateFile}\", whose certificate {reason}; allowed: one that names the key with which this node signs, as consensus certificate issues it."));
    }

    [Test]
    public void A_certificate_that_names_two_keys_is_refused()
    {
        using var certificate = Named(SigningKeyName.Of(Key(1)), SigningKeyName.Of(Key(2)));

        Assert.That(ExpectedKeys.None.WhyRefused(certificate, new NodeId(1)), Is.EqualTo("names more than one signing key"));
    }

    [Test]
    public async Task Nodes_whose_certificates_name_their_keys_talk()
    {
        await using var one = await StartAsync(1, Key(1), areRequired: true);
        await using var two = await StartAsync(2, Key(2), areRequired: true);
        await TestNode.ConnectAsync(one, two);
        one.SendNow(two, new TestMessage(1, 1000));
        await two.Receiver.MessagesAsync(1);
    }

    [Test]
    public async Task A_node_whose_certificate_names_no_key_talks_where_none_is_required()
    {
        await using var one = await StartAsync(1, Key(1), areRequired: false);
        await using var two = await StartAsync(2, default, areRequired: false);
        await TestNode.ConnectAsync(one, two);
        one.SendNow(two, new TestMessage(1, 1000));
        await two.Receiver.MessagesAsync(1);
    }

    [Test]
    public Task A_node_whose_certificate_names_no_key_is_refused_where_one_is_required() =>
        IsKeptOutAsync(default, areRequired: true, "its certificate names no signing key");

    [TestCase(true)]
    [TestCase(false)]
    public Task A_node_whose_certificate_names_another_key_is_refused(bool areRequired) =>
        IsKeptOutAsync(Key(3), areRequired, $"its certificate names the signing key {Key(3)}, and that of node 2 is {Key(2)}");

    /// <summary>Node 2 shows a certificate that node 1 does not take: no connection comes about, and the log says why, once.</summary>
    private async Task IsKeptOutAsync(PublicKey named, bool areRequired, string reason)
    {
        await using var one = await StartAsync(1, Key(1), areRequired, _one);
        await using var two = await StartAsync(2, named, areRequired, _two);
        TestNode.Introduce(one, two);
        await Eventually.IsAsync(() => one.Statistics.Refused(HandshakeRefusal.NotTrusted) > 3 && one.Toward(two).ConnectFailures > 3, "refusals");
        Assert.That(one.Receiver.Changes, Is.Empty);
        Assert.That(one.Statistics.Refused(HandshakeRefusal.NotItsCertificate), Is.Zero);
        Assert.That(_one.Texts("consensus.connection.not_trusted"), Has.One.Contains(reason), "One line for each peer and minute.");
        Assert.That(_one.Texts("consensus.connection.connect_failed"), Has.One.Contains(reason), "One line for each peer and minute.");
    }

    private Task<TestNode> StartAsync(uint id, PublicKey named, bool areRequired, RecordingLogger? logger = null)
    {
        var keys = new ExpectedKeys([new MemberKey(new NodeId(1), Key(1)), new MemberKey(new NodeId(2), Key(2))], areRequired);
        var credentials = TestCertificates.Unchecked(_cluster.Issue(id, signingKey: named));
        return TcpNodes.StartAsync(TcpNodes.Options(id, peerKeys: keys), logger: logger, credentials: credentials);
    }

    private static PublicKey Key(uint node) => Registry.PublicKeyOf(new NodeId(node));

    private static X509Certificate2 Load(PemFiles files) => X509CertificateLoader.LoadCertificateFromFile(files.CertificateFile);

    private static X509Certificate2 Named(params Uri[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var builder = new SubjectAlternativeNameBuilder();
        Array.ForEach(names, builder.AddUri);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(builder.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
    }
}
