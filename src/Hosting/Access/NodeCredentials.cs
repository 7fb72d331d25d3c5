using Consensus.Transport;
using Microsoft.Extensions.Logging;

namespace Consensus.Hosting;

/// <summary>The certificate by which a node shows the others which one it is, if its connections use TLS. Read when it is first asked for.</summary>
internal sealed class NodeCredentials
{
    /// <param name="options">Valid settings.</param>
    /// <param name="keys">With which key the node signs.</param>
    /// <param name="time">Tells whether a certificate has expired.</param>
    /// <param name="logger">Is told of new certificates, and of such that cannot be used.</param>
    /// <exception cref="ConsensusException">The files cannot be used; the message has every reason.</exception>
    public NodeCredentials(ConsensusOptions options, ExpectedKeys keys, TimeProvider time, ILogger<PemCredentialSource> logger) =>
        Source = options.Transport.Tls.Files is { } files ? PemCredentialSource.Open(files, options.ClusterId, options.Node, time, logger, keys) : null;

    /// <summary>Where connections take it from; null if they are in the clear.</summary>
    public ITlsCredentialSource? Source { get; }

    /// <summary>When the one that the next connection shows ends; null if connections are in the clear.</summary>
    public DateTimeOffset? Expires => Source is { } source ? new DateTimeOffset(source.Current.Certificate.NotAfter).ToUniversalTime() : null;
}
