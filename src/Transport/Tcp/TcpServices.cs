using System.Net;
using Consensus.Engine;
using Microsoft.Extensions.Logging;

namespace Consensus.Transport;

/// <summary>What the parts of one <see cref="TcpTransport"/> share.</summary>
internal sealed record TcpServices(
    TcpTransportOptions Options,
    IMessageCodec Codec,
    IPeerResolver? Resolver,
    TimeProvider TimeProvider,
    TransportStatistics Statistics,
    ILogger Logger,
    TlsHandshake? Tls)
{
    /// <summary>Finds the addresses of a name. The operating system does, which knows its hosts file and the DNS; tests put another in its place.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> LookUp { get; init; } = Dns.GetHostAddressesAsync;
}
