using System.Net.Security;
using System.Security.Authentication;

namespace Consensus.Transport;

/// <summary>Encrypts the connections of one node: TLS 1.3, both ends with a certificate.</summary>
/// <remarks>
/// Sessions are not resumed, so that each connection is checked against the certificates and authorities of its own time. Node connections are
/// few and last long.
/// </remarks>
internal sealed class TlsHandshake
{
    // Nobody else's TLS traffic is led into this protocol, or this into theirs (RFC 7301; the ALPACA attack).
    private static readonly SslApplicationProtocol Protocol = new("consensus");

    private readonly ITlsCredentialSource _source;
    private readonly TcpTransportOptions _options;
    private readonly TimeProvider _timeProvider;

    public TlsHandshake(ITlsCredentialSource source, TcpTransportOptions options, TimeProvider timeProvider)
    {
        _source = source;
        _options = options;
        _timeProvider = timeProvider;
    }

    /// <summary>Encrypts a connection that this node dialled.</summary>
    /// <exception cref="ConnectFailedException">The peer cannot show that it is <paramref name="peer"/>, or does not accept this node.</exception>
    public async Task DialledAsync(OutboundWire wire, NodeId peer, CancellationToken cancellationToken)
    {
        var credentials = _source.Current;
        var check = new PeerCheck(_options.Cluster, peer, _options.PeerKeys);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = NodeName.Of(_options.Cluster, peer),
            ClientCertificateContext = credentials.Context,
            CertificateChainPolicy = CertificateChains.Policy(credentials.Authorities, isServer: true, _timeProvider.GetUtcNow()),
            RemoteCertificateValidationCallback = check.Accept,
            EnabledSslProtocols = SslProtocols.Tls13,
            ApplicationProtocols = [Protocol],
            AllowTlsResume = false,
            AllowRenegotiation = false,
        };
        try
        {
            var stream = wire.Encrypt();
            await stream.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
            RequireProtocol(stream);
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            throw new ConnectFailedException(
                check.Problem is { } problem ? $"It is not trusted: {problem}." : $"There is no TLS 1.3 with it. {exception.Message}", exception);
        }
    }

    /// <summary>Encrypts a connection that was accepted.</summary>
    /// <returns>What was found out about the peer.</returns>
    /// <exception cref="Exception">The connection broke.</exception>
    public PeerCheck Accepted(InboundWire wire)
    {
        var credentials = _source.Current;
        var check = new PeerCheck(_options.Cluster, NodeId.None, _options.PeerKeys);
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = credentials.Context,
            ClientCertificateRequired = true,
            CertificateChainPolicy = CertificateChains.Policy(credentials.Authorities, isServer: false, _timeProvider.GetUtcNow()),
            RemoteCertificateValidationCallback = check.Accept,
            EnabledSslProtocols = SslProtocols.Tls13,
            ApplicationProtocols = [Protocol],
            AllowTlsResume = false,
            AllowRenegotiation = false,
        };
        try
        {
            var stream = wire.Encrypt();
            stream.AuthenticateAsServer(options);
            RequireProtocol(stream);
        }
        catch (AuthenticationException exception)
        {
            check.Fail($"there is no TLS 1.3 with it ({exception.Message})");
        }

        return check;
    }

    private static void RequireProtocol(SslStream stream)
    {
        if (stream.NegotiatedApplicationProtocol != Protocol)
        {
            throw new AuthenticationException("It speaks TLS for another purpose.");
        }
    }
}
