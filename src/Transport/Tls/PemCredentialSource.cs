using Microsoft.Extensions.Logging;

namespace Consensus.Transport;

/// <summary>Takes a node's certificate from files, and takes a new one when the files have changed.</summary>
/// <remarks>
/// The files are looked at when a connection begins. New ones that cannot be used, because only some of them are written yet for
/// example, are logged at most once a minute, and the last good ones stay in use. Safe to use from several threads.
/// </remarks>
public sealed partial class PemCredentialSource : ITlsCredentialSource
{
    private readonly PemFiles _files;
    private readonly ClusterId _cluster;
    private readonly NodeId _node;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly LogThrottle _failureLog;
    private readonly Lock _gate = new();
    private TlsCredentials _current;
    private FileStamps _stamps;

    private PemCredentialSource(
        PemFiles files, ClusterId cluster, NodeId node, TimeProvider timeProvider, ILogger logger, FileStamps stamps, TlsCredentials credentials)
    {
        _files = files;
        _cluster = cluster;
        _node = node;
        _timeProvider = timeProvider;
        _logger = logger;
        _failureLog = new LogThrottle(timeProvider);
        _stamps = stamps;
        _current = credentials;
    }

    /// <inheritdoc/>
    public TlsCredentials Current
    {
        get
        {
            lock (_gate)
            {
                var stamps = FileStamps.Of(_files);
                if (stamps != _stamps)
                {
                    Reload(stamps);
                }

                return _current;
            }
        }
    }

    /// <summary>Reads the files.</summary>
    /// <param name="files">Where they are.</param>
    /// <param name="cluster">The cluster that the certificate must be for.</param>
    /// <param name="node">The node that it must be for.</param>
    /// <param name="timeProvider">Tells whether a certificate has expired.</param>
    /// <param name="logger">Is told of new certificates, and of such that cannot be used.</param>
    /// <exception cref="ConsensusException">The files cannot be used; the message has every reason.</exception>
    public static PemCredentialSource Open(PemFiles files, ClusterId cluster, NodeId node, TimeProvider timeProvider, ILogger<PemCredentialSource> logger)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(logger);

        // Stamped before they are read: what changes in between is read again.
        var stamps = FileStamps.Of(files);
        var (credentials, problems) = PemReader.Read(files, cluster, node, timeProvider.GetUtcNow());
        return credentials is null
            ? throw new ConsensusException(ConsensusFailure.InvalidConfiguration, $"The node's certificate cannot be used. {string.Join(' ', problems)}")
            : new PemCredentialSource(files, cluster, node, timeProvider, logger, stamps, credentials);
    }

    /// <summary>What is wrong with the files: nothing if they can be used.</summary>
    /// <param name="files">Where they are.</param>
    /// <param name="cluster">The cluster that the certificate must be for.</param>
    /// <param name="node">The node that it must be for.</param>
    /// <param name="now">The time at which the certificate must be valid.</param>
    public static IReadOnlyList<PemProblem> Check(PemFiles files, ClusterId cluster, NodeId node, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(files);
        return PemReader.Read(files, cluster, node, now).Problems;
    }

    private void Reload(FileStamps stamps)
    {
        var (credentials, problems) = PemReader.Read(_files, _cluster, _node, _timeProvider.GetUtcNow());
        if (credentials is null)
        {
            // The stamps stay those of the last good files: a mode can change without them, so each connection tries again.
            if (_failureLog.TryPass(NodeId.None))
            {
                var reasons = string.Join(' ', problems);
                Log.ReloadFailed(_logger, _node, reasons);
            }

            return;
        }

        _stamps = stamps;
        _current = credentials;
        var expiry = credentials.Certificate.NotAfter.ToUniversalTime();
        Log.Reloaded(_logger, _node, _files.CertificateFile, expiry);
    }

    /// <summary>What tells that files have changed.</summary>
    private readonly record struct FileStamps(DateTime Certificate, DateTime Key, DateTime Authority)
    {
        public static FileStamps Of(PemFiles files) => new(
            File.GetLastWriteTimeUtc(files.CertificateFile), File.GetLastWriteTimeUtc(files.KeyFile), File.GetLastWriteTimeUtc(files.AuthorityFile));
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
