using Consensus.Engine;
using Microsoft.Extensions.Logging;

namespace Consensus.Transport;

/// <summary>What the parts of one <see cref="TcpTransport"/> share.</summary>
internal sealed record TcpServices(
    TcpTransportOptions Options,
    IMessageCodec Codec,
    IPeerResolver Resolver,
    TimeProvider TimeProvider,
    TransportStatistics Statistics,
    ILogger Logger,
    TlsHandshake? Tls);
