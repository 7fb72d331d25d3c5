using System.Net.Security;
using System.Security.Authentication;
using Consensus.Transport;
using Microsoft.Extensions.Logging;

namespace Consensus.Hosting;

/// <summary>The certificate that the HTTP API shows: taken from files, and taken anew when they have changed. Looked at by each connection that begins.</summary>
internal sealed partial class ApiCertificate
{
    private readonly WatchedFiles<TlsCredentials> _files;

    private ApiCertificate(WatchedFiles<TlsCredentials> files) => _files = files;

    /// <summary>How a connection that begins now is secured: TLS 1.2 or 1.3, for not every client of an API knows the newer one.</summary>
    public SslServerAuthenticationOptions ServerOptions => new()
    {
        ServerCertificateContext = _files.Current.Context,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
    };

    /// <summary>Reads the files.</summary>
    /// <returns>The certificate; null if the settings name none.</returns>
    /// <exception cref="ConsensusException">They cannot be used; the message has every reason.</exception>
    public static ApiCertificate? Open(HttpSettings settings, TimeProvider time, ILogger logger)
    {
        if (!settings.IsSecure)
        {
            return null;
        }

        var watched = WatchedFiles<TlsCredentials>.Open(
            [settings.CertificateFile, settings.KeyFile],
            () => Read(settings, time.GetUtcNow()),
            credentials =>
            {
                var expiry = credentials.Certificate.NotAfter.ToUniversalTime();
                Log.Reloaded(logger, settings.CertificateFile, expiry);
            },
            reasons => Log.ReloadFailed(logger, reasons),
            time,
            lookInterval: TimeSpan.Zero,
            out var problems);
        return watched is null
            ? throw new ConsensusException(ConsensusFailure.InvalidConfiguration, $"The certificate of the HTTP API cannot be used. {string.Join(' ', problems)}")
            : new ApiCertificate(watched);
    }

    private static (TlsCredentials? Credentials, IReadOnlyList<string> Problems) Read(HttpSettings settings, DateTimeOffset now)
    {
        var (credentials, problems) = PemReader.ReadServer(settings.CertificateFile, settings.KeyFile, now);
        return (credentials, [.. problems.Select(problem => problem.ToString())]);
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 182,
            EventName = "consensus.api_certificate.reloaded",
            Level = LogLevel.Information,
            Message = "The HTTP API uses the new certificate in {File} from now on; it is valid until {Expiry:u}.")]
        public static partial void Reloaded(ILogger logger, string file, DateTime expiry);

        [LoggerMessage(
            EventId = 183,
            EventName = "consensus.api_certificate.reload_failed",
            Level = LogLevel.Warning,
            Message = "The HTTP API cannot use its new certificate, and goes on with the old one. {Problems}")]
        public static partial void ReloadFailed(ILogger logger, string problems);
    }
}
