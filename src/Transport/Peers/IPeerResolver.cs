using System.Net;

namespace Consensus.Transport;

/// <summary>Says where peers are, in the place of the membership. Asked anew at each attempt to connect, so a peer may move whenever it likes.</summary>
/// <remarks>
/// <para>
/// Called from any thread, for several peers at once, and for one peer only after its last answer. Not asked for peers in the node's <see cref="AddressBook"/>, which comes before it.
/// </para>
/// <para>
/// It is not trusted. With TLS whoever answers at an end point must show the certificate of the peer; without, whoever listens there must greet as the peer, which catches mistakes and no
/// liar. Who is somebody else is refused, and the next end point tried.
/// </para>
/// </remarks>
public interface IPeerResolver
{
    /// <summary>Finds a peer.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="address">Where the membership says that it is, <c>host:port</c>; see <see cref="PeerAddress"/>.</param>
    /// <param name="cancellationToken">Cancelled when the answer is of no use any more: the limit for connecting has passed, or the peer is none any more.</param>
    /// <returns>
    /// Its end points, to be tried in this order: each an <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>, which is looked up in the machine's hosts file and the DNS, with a port from 1 to
    /// 65,535. If there are none, one is another, this throws or takes too long, then the attempt to connect has failed.
    /// </returns>
    ValueTask<IReadOnlyList<EndPoint>> ResolveAsync(NodeId peer, string address, CancellationToken cancellationToken);
}
