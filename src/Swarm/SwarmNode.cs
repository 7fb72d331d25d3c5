using System.Net;
using Consensus.Engine;
using Consensus.Gossip;
using Consensus.Swarm.Connections;
using Consensus.Swarm.Datagrams;
using Consensus.Swarm.Handlers;
using Consensus.Swarm.Hosting;

namespace Consensus.Swarm;

/// <summary>A node of a swarm: it joins, tells, is told, shares state, and leaves. Safe to use from any number of threads.</summary>
/// <remarks>Disposing of it without <see cref="LeaveAsync"/> is what a crash is to the others. From then on every call throws <see cref="ObjectDisposedException"/>.</remarks>
public sealed class SwarmNode : IAsyncDisposable
{
    private const int QueuedDefault = 1_024;

    private readonly SwarmSetup _setup;
    private readonly PortPair _ports;
    private readonly BackgroundWork _work;
    private readonly SwarmClock _clock;
    private readonly EventHub<GossipEvent> _events = new(static lost => new SwarmEventsLost(lost));
    private readonly RumourHandlers _handlers;
    private readonly SwarmLoop _loop;
    private readonly StreamPort _streams;
    private readonly DatagramPort _datagrams;

    private SwarmNode(SwarmSetup setup, PortPair ports)
    {
        (_setup, _ports, Address) = (setup, ports, setup.Address ?? ports.EndPoint.ToString());
        _clock = new SwarmClock(setup.TimeProvider);
        _work = new BackgroundWork(failure => _loop!.End(failure));
        _handlers = new RumourHandlers(Counts, _work, _events.Publish);
        var locations = new PeerLocations(ports.EndPoint.AddressFamily, setup.Network, _work, setup.TimeProvider);
        var outlets = new SwarmOutlets { Locations = locations, Handlers = _handlers, Events = _events };
        _loop = new SwarmLoop(setup, Address, _clock, Counts, outlets);
        _datagrams = new DatagramPort(ports.Datagrams, _loop, Counts);
        var greeting = new StreamGreeting(setup.Id, setup.Key ?? SwarmKey.Open(setup.Swarm), setup.Swarm);
        _streams = new StreamPort(ports.Listener, greeting, setup.Network, locations, _loop, Counts, _work, setup.TimeProvider);
        outlets.Connect(_datagrams, _streams);
        Ballots = new SwarmBallots(setup, _loop, _clock, _events);
    }

    /// <summary>Its number.</summary>
    public NodeId Id => _setup.Id;

    /// <summary>Where others reach it.</summary>
    public string Address { get; }

    /// <summary>Where it listens, for datagrams and for connections.</summary>
    public IPEndPoint EndPoint => _ports.EndPoint;

    /// <summary>How long the payload of a rumour may be.</summary>
    public int PayloadBytesMax => _setup.Options.Dissemination.PayloadBytesMax;

    /// <summary>What the swarm decides.</summary>
    public SwarmBallots Ballots { get; }

    /// <summary>What it counts.</summary>
    public SwarmCounts Counts { get; } = new();

    /// <summary>Completes when the node has ended; fails if it was a defect that ended it.</summary>
    public Task Completion => _loop.Ended;

    /// <summary>All members that it knows of, itself, the dead that are remembered and those who left among them.</summary>
    public IReadOnlyList<SwarmMember> Members => _loop.Call(static (core, _, _) => core.Membership.Members.Append(core.Membership.Self).OrderBy(static member => member.Id).ToArray());

    /// <summary>How many members live, itself included, as far as it knows.</summary>
    public int LiveCount => _loop.Call(static (core, _, _) => core.Membership.SwarmSize);

    /// <summary>In which part of the swarm it is.</summary>
    public SwarmSide Side => _loop.Call(static (core, _, _) => core.Membership.Side);

    /// <summary>What stands for all of the shared state: the same where the same values are.</summary>
    public Digest StateDigest => _loop.Call((_, _, _) => _loop.Store.Digest);

    /// <summary>Starts a node: it listens, and asks the seeds to be taken in.</summary>
    /// <exception cref="ArgumentException">Something is wrong with what it was told; the message says all of it.</exception>
    /// <exception cref="IOException">The port is in use, or not to be had.</exception>
    public static async ValueTask<SwarmNode> StartAsync(SwarmSetup setup, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(setup);
        if (setup.Validate() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, problems), nameof(setup));
        }

        var discovered = setup.Discover is { } discover ? await discover(cancellationToken).ConfigureAwait(false) : [];
        var node = new SwarmNode(setup, PortPair.Open(setup.Listen));
        node.Begin([.. setup.Seeds, .. discovered]);
        return node;
    }

    /// <summary>Tells all of the swarm something, each member's handlers once. It is not handed to this node's own.</summary>
    /// <param name="kind">What kind of message it is: see <see cref="Rumour.Kind"/>.</param>
    /// <param name="payload">What it says; copied.</param>
    /// <param name="priority">What is told first.</param>
    /// <returns>What was told: on its way, and nowhere yet.</returns>
    /// <exception cref="ArgumentException">The kind is none, or the payload is too long.</exception>
    /// <exception cref="SwarmFullException">Too many rumours are young: the settings say how many may be.</exception>
    public Rumour Broadcast(string kind, ReadOnlyMemory<byte> payload, RumourPriority priority = RumourPriority.Normal)
    {
        ArgumentNullException.ThrowIfNull(kind);
        var rumour = _loop.Call((core, now, _) => core.Publish(now, kind, payload.Span, priority)) ?? throw new SwarmFullException($"More rumours are young than are remembered ({_setup.Options.Dissemination.KnownMax}, KnownMax); the oldest are forgotten first.");
        Counts.Add(SwarmCount.Broadcasts);
        return rumour;
    }

    /// <summary>Hands each rumour of a kind to a handler, one after the other, until what is returned is disposed of.</summary>
    /// <param name="kind">What kind of message.</param>
    /// <param name="handler">What takes it. What it throws is an event (<see cref="HandlerFailed"/>), and harms nobody else.</param>
    /// <param name="queuedMax">How many rumours wait for the handler at most; what is more is lost for it (<see cref="SwarmCount.HandlerOverflows"/>). 1,024; from 1 on.</param>
    public IDisposable Handle(string kind, Func<Rumour, CancellationToken, ValueTask> handler, int queuedMax = QueuedDefault)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentOutOfRangeException.ThrowIfLessThan(queuedMax, 1);
        return Rumour.IsKind(kind)
            ? _handlers.Add(kind, handler, queuedMax)
            : throw new ArgumentException($"The kind has {kind.Length} characters; allowed: 1 to {Rumour.KindLengthMax} letters, digits, '-', '.' and '_'.", nameof(kind));
    }

    /// <summary>Hands each rumour, of whatever kind, to a handler, one after the other, until what is returned is disposed of.</summary>
    /// <param name="handler">What takes it. What it throws is an event (<see cref="HandlerFailed"/>), and harms nobody else.</param>
    /// <param name="queuedMax">How many rumours wait for the handler at most; what is more is lost for it (<see cref="SwarmCount.HandlerOverflows"/>). 1,024; from 1 on.</param>
    public IDisposable HandleAll(Func<Rumour, CancellationToken, ValueTask> handler, int queuedMax = QueuedDefault)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentOutOfRangeException.ThrowIfLessThan(queuedMax, 1);
        return _handlers.Add(RumourHandlers.AnyKind, handler, queuedMax);
    }

    /// <summary>A rumour that was heard lately, or told here; <see langword="null"/> if there is none.</summary>
    public Rumour? Find(RumourId id) => _loop.Call((core, _, _) => core.Dissemination.Find(id));

    /// <summary>The rumours that are kept for those who ask.</summary>
    public IReadOnlyList<RumourId> KeptRumours => _loop.Call(static (core, _, _) => core.Dissemination.Kept.ToArray());

    /// <summary>The value of a key of the shared state, as it is here; <see langword="null"/> if there is none.</summary>
    public VersionedValue? Get(ReadOnlyMemory<byte> key) => _loop.Call((_, _, _) => _loop.Store.Find(key.Span));

    /// <summary>Writes a value into the shared state.</summary>
    /// <param name="key">Under what; copied.</param>
    /// <param name="content">What; copied.</param>
    /// <returns>The value, which is in force here.</returns>
    /// <exception cref="SwarmDividedException">This node is in the smaller part of a divided swarm.</exception>
    /// <exception cref="SwarmFullException">There is no room for it.</exception>
    /// <exception cref="ArgumentException">The key or the content is too long, or there is no key.</exception>
    public VersionedValue Put(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> content) =>
        Write(key, version => VersionedValue.Write(_setup.Swarm, Id, key.Span, version, _clock.TimeOfDay, content.Span, _setup.Signer));

    /// <summary>Removes a value from the shared state, whether there is one or not.</summary>
    /// <param name="key">Which one; copied.</param>
    /// <returns>The tombstone, which is in force here.</returns>
    /// <exception cref="SwarmDividedException">This node is in the smaller part of a divided swarm.</exception>
    /// <exception cref="SwarmFullException">There is no room for the tombstone.</exception>
    /// <exception cref="ArgumentException">The key is too long, or there is none.</exception>
    public VersionedValue Remove(ReadOnlyMemory<byte> key) =>
        Write(key, version => VersionedValue.Remove(_setup.Swarm, Id, key.Span, version, _clock.TimeOfDay, _setup.Signer));

    /// <summary>What happens at this node from now on, until the node ends or the token says so. Whoever reads too slowly loses events and is told how many (<see cref="SwarmEventsLost"/>).</summary>
    public IAsyncEnumerable<GossipEvent> WatchAsync(CancellationToken cancellationToken = default) => _events.Subscribe(cancellationToken);

    /// <summary>Loses everything to and from some peers from now on, as a network may: for tests and demonstrations of what an application does then.</summary>
    /// <param name="isCutOff">Which peers; <see langword="null"/> to end it. Called under the node's lock: it must not wait.</param>
    public void CutOff(Predicate<NodeId>? isCutOff) => _loop.CutOff(isCutOff);

    /// <summary>Leaves the swarm: tells it, and completes when that was told often enough. The node is to be disposed of then.</summary>
    public async ValueTask LeaveAsync(CancellationToken cancellationToken = default)
    {
        _loop.Call(static (core, now, effects) =>
        {
            core.Leave(now, effects);
            return true;
        });
        await _loop.Left.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>How many connections there are, in either direction.</summary>
    internal int Connections => _streams.Count;

    /// <summary>Ends the node at once, without a word to the others, and completes when its handlers have: their tokens say so to them. What they have not been handed by then they are not.</summary>
    public async ValueTask DisposeAsync()
    {
        _loop.End();
        _ports.Dispose();
        await _streams.DisposeAsync().ConfigureAwait(false);
        _events.Close(new SwarmLeft());
    }

    private void Begin(IReadOnlyList<string> seeds)
    {
        _streams.Start();
        _work.TryBegin(_datagrams.ReceiveAsync);
        if (_setup.Votes is not null)
        {
            var events = _events.Subscribe(_work.Ending);
            _work.TryBegin(_ => RememberVotesAsync(events));
        }

        _loop.Call((core, now, effects) =>
        {
            core.Start(now, seeds, effects);
            return true;
        });
    }

    /// <summary>Whatever was voted before the node started again, is told again.</summary>
    private async Task RememberVotesAsync(IAsyncEnumerable<GossipEvent> events)
    {
        await foreach (var happening in events.ConfigureAwait(false))
        {
            switch (happening)
            {
                case BallotOpened opened:
                    Ballots.OnOpened(opened.Ballot);
                    break;
                case SwarmEventsLost:
                    Ballots.All.Where(static status => status.Outcome == BallotOutcome.Open).ToList().ForEach(status => Ballots.OnOpened(status.Ballot));
                    break;
                default:
                    break;
            }
        }
    }

    private VersionedValue Write(ReadOnlyMemory<byte> key, Func<ulong, VersionedValue> sign)
    {
        while (true)
        {
            var (side, current) = _loop.Call((core, _, _) => (core.Membership.Side, _loop.Store.FindAny(key.Span)));
            if (side == SwarmSide.Minority)
            {
                throw new SwarmDividedException();
            }

            // Signing takes a while: not under the lock. Whatever came between is found by its version.
            var value = sign((current?.Version ?? 0) + 1);
            switch (_loop.Call((core, now, _) => core.Write(now, value)))
            {
                case PutResult.Stored:
                    return value;
                case PutResult.Superseded or PutResult.Known:
                    continue;
                case PutResult.Full:
                    throw new SwarmFullException($"The shared state is full; allowed: {_setup.Options.State.KeysMax} keys and {_setup.Options.State.BytesMax} bytes (KeysMax, BytesMax).");
                case PutResult.TooLarge:
                    throw new ArgumentException($"The key has {key.Length} bytes and the content {value.Content.Length}; allowed: 1 to {_setup.Options.State.KeyBytesMax} (KeyBytesMax) and up to {_setup.Options.State.ContentBytesMax} (ContentBytesMax).", nameof(key));
                case var result:
                    throw new ArgumentException($"What this node signs does not count here: {result}. Its own key is to be among those that are known ({nameof(SwarmSetup.KeyOf)}).", nameof(key));
            }
        }
    }
}
