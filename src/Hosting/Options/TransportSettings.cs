using System.ComponentModel.DataAnnotations;
using Consensus.Configuration;

namespace Consensus.Hosting;

/// <summary>The settings of the TCP connections between the nodes.</summary>
public sealed class TransportSettings
{
    /// <summary>Where to listen for the other nodes.</summary>
    /// <value>
    /// Empty: this node's own member address, at that very address if it is an IP address or <c>localhost</c>, and at all of the machine's IPv4
    /// addresses if it is another name. Else <c>ip:port</c>.
    /// </value>
    public string Listen { get; set; } = "";

    /// <summary>The longest frame sent or taken. The same on all nodes.</summary>
    /// <value>8 MiB; 64 KiB to 1 GiB.</value>
    [Range(64 * 1024, 1024 * 1024 * 1024)]
    public int FrameLengthMax { get; set; } = 8 * 1024 * 1024;

    /// <summary>How many bytes may wait to be sent to one peer. Further messages are dropped, and sent again by the protocol.</summary>
    /// <value>32 MiB; more than <see cref="FrameLengthMax"/>, up to 64 GiB.</value>
    [Range(128d * 1024, 64d * 1024 * 1024 * 1024)]
    public long QueuedBytesMax { get; set; } = 32 * 1024 * 1024;

    /// <summary>How many messages may wait to be sent to one peer.</summary>
    /// <value>16,384; 1 to 16,777,216.</value>
    [Range(1, 16 * 1024 * 1024)]
    public int QueuedFramesMax { get; set; } = 16 * 1024;

    /// <summary>The longest pause before the first attempt to reconnect; it doubles with each failure.</summary>
    /// <value>50 ms; 1 ms to <see cref="BackOffMax"/>.</value>
    [DurationRange("1ms", "10m")]
    public TimeSpan BackOffMin { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest pause between attempts to connect.</summary>
    /// <value>2 s; 1 ms to 10 min.</value>
    [DurationRange("1ms", "10m")]
    public TimeSpan BackOffMax { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long it may take to ask where a peer is, to look up a name, and to connect to one address: each of them.</summary>
    /// <value>2 s; 1 ms to 10 min.</value>
    [DurationRange("1ms", "10m")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the greeting between two nodes may take.</summary>
    /// <value>2 s; 1 ms to 10 min.</value>
    [DurationRange("1ms", "10m")]
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How many incoming connections may be in their greeting at once.</summary>
    /// <value>128; 1 to 65,536.</value>
    [Range(1, 65_536)]
    public int PendingHandshakesMax { get; set; } = 128;

    /// <summary>How long a connection may be silent before the operating system asks whether the peer is there.</summary>
    /// <value>5 s; 1 s to 10 min.</value>
    [DurationRange("1s", "10m")]
    public TimeSpan KeepAliveAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a peer may leave data unanswered before the connection counts as broken.</summary>
    /// <value>10 s; 1 s to 10 min.</value>
    [DurationRange("1s", "10m")]
    public TimeSpan UnansweredMax { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Where members are as seen from this node, whatever the membership and a resolver say: for each member's number a list of addresses, which are tried in this order, and no others.
    /// </summary>
    /// <value>None. Of a member 1 to 16, <c>host:port</c>, an IPv6 address in brackets; no address twice. Numbers that are no member's are allowed.</value>
    public IDictionary<NodeId, IList<string>> AddressBook { get; } = new Dictionary<NodeId, IList<string>>();

    /// <summary>How the connections are encrypted, and the nodes known to each other.</summary>
    public TlsSettings Tls { get; } = new();
}
