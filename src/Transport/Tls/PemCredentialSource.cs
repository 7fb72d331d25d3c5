using Microsoft.Extensions.Logging;

namespace Consensus.Transport;

/// <summary>Takes a node's certificate from files, and takes a new one when the files have changed.</summary>
/// <remarks>
/// The files are looked at when a connection begins. New ones that cannot be used, because only some of them are written yet for
/// example, are logged at most once a minute, and the last good ones stay in use. Safe to use from several threads.
/// </remarks>
public sealed partial class PemCredentialSource : ITlsCredentialSource
{
    private readonly WatchedFiles<TlsCredentials> _files;

    private PemCredentialSource(WatchedFiles<TlsCredentials> files) => _files = files;

    /// <inheritdoc/>
    public TlsCredentials Current => _files.Current;

    /// <summary>Reads the files.</summary>
    /// <param name="files">Where they are.</param>
    /// <param name="cluster">The cluster that the certificate must be for.</param>
    /// <param name="node">The node that it must be for.</param>
    /// <param name="timeProvider">Tells whether a certificate has expired.</param>
    /// <param name="logger">Is told of new certificates, and of such that cannot be used.</param>
    /// <param name="keys">With which key the node signs, if the certificate is to be compared with it.</param>
    /// <exception cref="ConsensusException">The files cannot be used; the message has every reason.</exception>
    public static PemCredentialSource Open(
        PemFiles files, ClusterId cluster, NodeId node, TimeProvider timeProvider, ILogger<PemCredentialSource> logger, ExpectedKeys? keys = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(logger);

        var watched = WatchedFiles<TlsCredentials>.Open(
            [files.CertificateFile, files.KeyFile, files.AuthorityFile],
            () => Read(files, new CertificateOwner(cluster, node, keys ?? ExpectedKeys.None), timeProvider.GetUtcNow()),
            credentials =>
            {
                var expiry = credentials.Certificate.NotAfter.ToUniversalTime();
                Log.Reloaded(logger, node, files.CertificateFile, expiry);
            },
            reasons => Log.ReloadFailed(logger, node, reasons),
            timeProvider,
            lookInterval: TimeSpan.Zero,
            out var problems);
        return watched is null
            ? throw new ConsensusException(ConsensusFailure.InvalidConfiguration, $"The node's certificate cannot be used. {string.Join(' ', problems)}")
            : new PemCredentialSource(watched);
    }

    /// <summary>What is wrong with the files: nothing if they can be used.</summary>
    /// <param name="files">Where they are.</param>
    /// <param name="cluster">The cluster that the certificate must be for.</param>
    /// <param name="node">The node that it must be for.</param>
    /// <param name="now">The time at which the certificate must be valid.</param>
    /// <param name="keys">With which key the node signs, if the certificate is to be compared with it.</param>
    public static IReadOnlyList<PemProblem> Check(PemFiles files, ClusterId cluster, NodeId node, DateTimeOffset now, ExpectedKeys? keys = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        return PemReader.Read(files, new CertificateOwner(cluster, node, keys ?? ExpectedKeys.None), now).Problems;
    }

    private static (TlsCredentials? Credentials, IReadOnlyList<string> Problems) Read(PemFiles files, CertificateOwner owner, DateTimeOffset now)
    {
        var (credentials, problems) = PemReader.Read(files, owner, now);
        return (credentials, [.. problems.Select(problem => problem.ToString())]);
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 40,
            EventName = "consensus.certificate.reloaded",
            Level = LogLevel.Information,
            Message = "Node {Node} uses the new certificate in {File} from now on; it is valid until {Expiry:u}.")]
        public static partial void Reloaded(ILogger logger, NodeId node, string file, DateTime expiry);

        [LoggerMessage(
            EventId = 41,
            EventName = "consensus.certificate.reload_failed",
            Level = LogLevel.Warning,
            Message = "Node {Node} cannot use its new certificate, and goes on with the old one. {Problems}")]
        public static partial void ReloadFailed(ILogger logger, NodeId node, string problems);
    }
}
