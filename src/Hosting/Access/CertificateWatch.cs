using System.Security.Cryptography.X509Certificates;
using Consensus.Transport;
using Microsoft.Extensions.Logging;

namespace Consensus.Hosting;

/// <summary>
/// Says when the node's certificate, or an authority that it trusts, ends soon: at the start, and once a day. A node whose certificate has
/// ended goes on with the connections that it has, and is missed only when it cannot make new ones.
/// </summary>
internal sealed partial class CertificateWatch : IDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromDays(1);

    private readonly ILogger _logger;
    private readonly NodeId _node;
    private readonly TlsSettings _settings;
    private readonly ITlsCredentialSource _source;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    /// <summary>Looks, and begins to look each day.</summary>
    /// <param name="logger">Is told.</param>
    /// <param name="node">Whose certificate it is.</param>
    /// <param name="settings">Say where it is, and how early a warning is wanted.</param>
    /// <param name="source">The certificate that counts when it is looked at.</param>
    /// <param name="time">Tells the time.</param>
    public CertificateWatch(ILogger logger, NodeId node, TlsSettings settings, ITlsCredentialSource source, TimeProvider time)
    {
        _logger = logger;
        _node = node;
        _settings = settings;
        _source = source;
        _time = time;
        Look();
        _timer = time.CreateTimer(static watch => ((CertificateWatch)watch!).Look(), this, LookInterval, LookInterval);
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var credentials = _source.Current;
        if (EndsSoon(credentials.Certificate, out var end))
        {
            Log.CertificateEnds(_logger, _node, _settings.CertificateFile, end);
        }

        foreach (var authority in credentials.Authorities)
        {
            if (EndsSoon(authority, out end))
            {
                Log.AuthorityEnds(_logger, _node, authority.Subject, _settings.AuthorityFile, end);
            }
        }
    }

    private bool EndsSoon(X509Certificate2 certificate, out DateTime end)
    {
        end = certificate.NotAfter.ToUniversalTime();
        return end - _time.GetUtcNow().UtcDateTime < _settings.ExpiryWarning;
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 184,
            EventName = "consensus.certificate.ends_soon",
            Level = LogLevel.Warning,
            Message = "The certificate of node {Node} in {File} is valid until {Expiry:u} only. Put a new one and its key there (consensus certificate); the node takes it without a restart. Once it has ended, the others refuse this node, and it does not start.")]
        public static partial void CertificateEnds(ILogger logger, NodeId node, string file, DateTime expiry);

        [LoggerMessage(
            EventId = 185,
            EventName = "consensus.authority.ends_soon",
            Level = LogLevel.Warning,
            Message = "Node {Node} trusts the authority {Authority} in {File}, which is valid until {Expiry:u} only, and so is each certificate of it. Exchange it (consensus authority rotate), or take it out if that was done.")]
        public static partial void AuthorityEnds(ILogger logger, NodeId node, string authority, string file, DateTime expiry);
    }
}
