using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Consensus.Configuration;
using Consensus.Hosting.Validation;
using Consensus.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Consensus.Hosting.Tests.Access;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(60_000)]
public sealed class ApiCertificateTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("consensus-https-").FullName;
    private readonly ClusterAuthority _authority = ClusterAuthority.Create(new ClusterId(Guid.Parse(Settings.Cluster)), DateTimeOffset.UtcNow.AddYears(-1));

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public void Good_files_have_no_problems() => Assert.That(Problems(Issue()), Is.Empty);

    [Test]
    public void None_is_HTTP_in_the_clear()
    {
        Assert.That(Problems(new HttpSettings()), Is.Empty);
        Assert.That(ApiCertificate.Open(new HttpSettings(), TimeProvider.System, NullLogger.Instance), Is.Null);
    }

    [Test]
    public void One_of_the_two_is_not_enough()
    {
        var settings = Issue();
        settings.KeyFile = "";

        Assert.That(
            Problems(settings),
            Is.EqualTo(["Consensus:Http:KeyFile is missing; allowed: a file, for HTTPS needs both CertificateFile and KeyFile, or none for HTTP in the clear."]));
    }

    [Test]
    public void Each_problem_is_said_with_its_path()
    {
        var expired = Issue(fromDays: -100, forDays: 10);
        var others = Issue("other");
        others.KeyFile = expired.KeyFile;
        var missing = new HttpSettings { CertificateFile = "/nowhere/api.crt", KeyFile = "/nowhere/api.key" };

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Problems(expired), Has.One.StartsWith($"Consensus:Http:CertificateFile is \"{expired.CertificateFile}\", whose certificate is valid from "));
            Assert.That(Problems(others), Has.One.Contains("which does not hold the private key"));
            Assert.That(Problems(missing), Has.Exactly(2).Contains("which cannot be read ("));
        }
    }

    [Test]
    public async Task A_connection_gets_the_certificate_that_is_in_the_files_when_it_begins(CancellationToken cancellationToken)
    {
        var settings = Issue();
        var source = ApiCertificate.Open(settings, TimeProvider.System, NullLogger.Instance)!;
        var first = await SerialSeenAsync(source, SslProtocols.Tls13, cancellationToken);

        Issue();
        File.SetLastWriteTimeUtc(settings.CertificateFile, DateTime.UtcNow.AddMinutes(1));
        var second = await SerialSeenAsync(source, SslProtocols.Tls12, cancellationToken);
        await File.WriteAllTextAsync(settings.CertificateFile, "half", cancellationToken);
        File.SetLastWriteTimeUtc(settings.CertificateFile, DateTime.UtcNow.AddMinutes(2));
        var third = await SerialSeenAsync(source, SslProtocols.Tls13, cancellationToken);

        Assert.That(second, Is.Not.EqualTo(first));
        Assert.That(third, Is.EqualTo(second), "what cannot be used changes nothing");
    }

    private static List<string> Problems(HttpSettings http)
    {
        var options = new ConsensusOptions();
        (options.Http.CertificateFile, options.Http.KeyFile) = (http.CertificateFile, http.KeyFile);
        var problems = new SettingProblems();
        ApiCertificateRules.Check(options, problems);
        return [.. problems.Sentences];
    }

    private async Task<string> SerialSeenAsync(ApiCertificate source, SslProtocols protocol, CancellationToken cancellationToken)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, cancellationToken);
        using var accepted = await listener.AcceptTcpClientAsync(cancellationToken);
        await using var server = new SslStream(accepted.GetStream());
        await using var stream = new SslStream(client.GetStream());
        using var authority = X509Certificate2.CreateFromPem(_authority.CertificatePem);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(authority);
        await Task.WhenAll(
            server.AuthenticateAsServerAsync(source.ServerOptions, cancellationToken),
            stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = policy, EnabledSslProtocols = protocol }, cancellationToken));
        return stream.RemoteCertificate!.GetSerialNumberString();
    }

    private HttpSettings Issue(string name = "api", int fromDays = 0, int forDays = 30)
    {
        var (certificate, key) = _authority.Issue(new NodeId(1), ["localhost"], DateTimeOffset.UtcNow.AddDays(fromDays), TimeSpan.FromDays(forDays));
        var settings = new HttpSettings { CertificateFile = Path.Combine(_folder, $"{name}.crt"), KeyFile = Path.Combine(_folder, $"{name}.key") };
        File.WriteAllText(settings.CertificateFile, certificate);
        File.WriteAllText(settings.KeyFile, key);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(settings.KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return settings;
    }
}
