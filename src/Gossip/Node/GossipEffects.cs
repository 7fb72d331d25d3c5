namespace Consensus.Gossip.Node;

/// <summary>Collects what a node of a swarm wants done, in order. Used again after each call. Not safe to use from more than one thread.</summary>
internal sealed class GossipEffects
{
    private readonly List<Outgoing> _messages = [];
    private readonly List<Introduction> _introductions = [];
    private readonly List<Location> _locations = [];
    private readonly List<Rejection> _rejections = [];
    private readonly List<GossipEvent> _events = [];
    private readonly List<Rumour> _deliveries = [];

    /// <summary>What is to be sent, in this order.</summary>
    public IReadOnlyList<Outgoing> Messages => _messages;

    /// <summary>What is to be sent to addresses of which it is not known who is there, on connections.</summary>
    public IReadOnlyList<Introduction> Introductions => _introductions;

    /// <summary>Where peers are: to be taken over before anything is sent.</summary>
    public IReadOnlyList<Location> Locations => _locations;

    /// <summary>What peers did wrong.</summary>
    public IReadOnlyList<Rejection> Rejections => _rejections;

    /// <summary>What those who watch are to be told, in this order.</summary>
    public IReadOnlyList<GossipEvent> Events => _events;

    /// <summary>Rumours for the application, each once, in this order.</summary>
    public IReadOnlyList<Rumour> Deliveries => _deliveries;

    /// <summary>Sends a message to a peer.</summary>
    public void Send(NodeId to, GossipMessage message, GossipChannel channel = GossipChannel.Datagram) => _messages.Add(new Outgoing(to, message, channel));

    /// <summary>Sends a message on a connection to whoever answers at an address: the connection proves who that is.</summary>
    public void Introduce(string address, GossipMessage message) => _introductions.Add(new Introduction(address, message));

    /// <summary>A peer is at an address, from now on.</summary>
    public void Locate(NodeId peer, string address) => _locations.Add(new Location(peer, address));

    /// <summary>A peer said what no honest one says, or more than it may: it is counted against its reputation.</summary>
    public void Reject(NodeId from, string reason) => _rejections.Add(new Rejection(from, reason));

    /// <summary>Tells those who watch.</summary>
    public void Raise(GossipEvent raised) => _events.Add(raised);

    /// <summary>Hands a rumour to the application.</summary>
    public void Deliver(Rumour rumour) => _deliveries.Add(rumour);

    /// <summary>Takes rumours back that are not the application's.</summary>
    public void Withdraw(Predicate<Rumour> isNone) => _deliveries.RemoveAll(isNone);

    /// <summary>Forgets all of it, once it has been taken over.</summary>
    public void Clear()
    {
        _messages.Clear();
        _introductions.Clear();
        _locations.Clear();
        _rejections.Clear();
        _events.Clear();
        _deliveries.Clear();
    }

    /// <summary>A message that is to be sent.</summary>
    /// <param name="To">To whom.</param>
    /// <param name="Message">What.</param>
    /// <param name="Channel">How.</param>
    internal readonly record struct Outgoing(NodeId To, GossipMessage Message, GossipChannel Channel);

    /// <summary>A message to whoever is at an address.</summary>
    /// <param name="Address">Where.</param>
    /// <param name="Message">What.</param>
    internal readonly record struct Introduction(string Address, GossipMessage Message);

    /// <summary>Where a peer is.</summary>
    /// <param name="Peer">Who.</param>
    /// <param name="Address">Where.</param>
    internal readonly record struct Location(NodeId Peer, string Address);

    /// <summary>What a peer did wrong.</summary>
    /// <param name="From">Who.</param>
    /// <param name="Reason">What.</param>
    internal readonly record struct Rejection(NodeId From, string Reason);
}
