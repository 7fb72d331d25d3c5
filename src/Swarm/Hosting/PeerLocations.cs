using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Consensus.Transport;

namespace Consensus.Swarm.Hosting;

/// <summary>Where the members of a swarm are: as membership says, names looked up now and then. Safe to use from any number of threads.</summary>
/// <param name="family">Of what kind this node's own socket is.</param>
/// <param name="options">The settings.</param>
/// <param name="work">What goes on beside.</param>
/// <param name="time">The clock.</param>
internal sealed class PeerLocations(AddressFamily family, SwarmNetworkOptions options, BackgroundWork work, TimeProvider time)
{
    private readonly ConcurrentDictionary<NodeId, Location> _locations = new();

    /// <summary>A peer is at an address from now on.</summary>
    public void Set(NodeId peer, string address)
    {
        if (_locations.TryGetValue(peer, out var known) && known.Text == address)
        {
            return;
        }

        if (PeerAddress.TryParse(address, out var endPoint))
        {
            _locations[peer] = new Location(address, endPoint, Serialize(endPoint), 0);
        }
        else
        {
            _locations.TryRemove(peer, out _);
        }
    }

    /// <summary>Where connections to a peer go.</summary>
    public EndPoint? Find(NodeId peer) => _locations.TryGetValue(peer, out var location) ? location.EndPoint : null;

    /// <summary>Where datagrams to a peer go; <see langword="null"/> if that is not known, or not yet.</summary>
    public SocketAddress? FindForDatagrams(NodeId peer)
    {
        if (!_locations.TryGetValue(peer, out var location))
        {
            return null;
        }

        if (location.EndPoint is DnsEndPoint name && location.IsDue(time, options.NamesHold))
        {
            work.TryBegin(cancellationToken => LookUpAsync(peer, location, name, cancellationToken));
        }

        return location.Datagrams;
    }

    private async Task LookUpAsync(NodeId peer, Location location, DnsEndPoint name, CancellationToken cancellationToken)
    {
        IPAddress[] found;
        try
        {
            found = await Dns.GetHostAddressesAsync(name.Host, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            // The last address holds until the name has one again.
            return;
        }

        var address = found.Select(each => Serialize(new IPEndPoint(each, name.Port))).FirstOrDefault(each => each is not null);
        if (address is not null)
        {
            _locations.TryUpdate(peer, new Location(location.Text, name, address, time.GetTimestamp()), location);
        }
    }

    private SocketAddress? Serialize(EndPoint endPoint) => endPoint switch
    {
        IPEndPoint ip when ip.AddressFamily == family => ip.Serialize(),
        IPEndPoint ip when family == AddressFamily.InterNetworkV6 => new IPEndPoint(ip.Address.MapToIPv6(), ip.Port).Serialize(),
        _ => null,
    };

    private sealed class Location(string text, EndPoint endPoint, SocketAddress? datagrams, long askedAt)
    {
        private long _askedAt = askedAt;

        public string Text => text;

        public EndPoint EndPoint => endPoint;

        public SocketAddress? Datagrams => datagrams;

        /// <summary>Whether the name is to be looked up now: said once.</summary>
        public bool IsDue(TimeProvider time, TimeSpan hold)
        {
            var asked = Interlocked.Read(ref _askedAt);
            return (asked == 0 || time.GetElapsedTime(asked) >= hold) && Interlocked.CompareExchange(ref _askedAt, time.GetTimestamp(), asked) == asked;
        }
    }
}
