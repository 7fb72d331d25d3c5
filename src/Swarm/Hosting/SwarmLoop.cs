using System.Buffers;
using System.Security.Cryptography;
using Consensus.Engine;
using Consensus.Gossip;
using Consensus.Gossip.Messages;
using Consensus.Gossip.Node;
using Consensus.Swarm.Connections;
using Consensus.Swarm.Datagrams;
using Consensus.Swarm.Wire;

namespace Consensus.Swarm.Hosting;

/// <summary>
/// The lock and the clock around a node's core: whatever happens takes the lock, calls the core, carries out its effects, and sets the timer. Nothing waits under the lock. Safe to use from any number of threads.
/// </summary>
internal sealed class SwarmLoop : IDatagramReceiver, IStreamReceiver
{
    private readonly Lock _lock = new();
    private readonly SwarmClock _clock;
    private readonly SwarmCore _core;
    private readonly SwarmOutlets _outlets;
    private readonly DatagramSeal _seal;
    private readonly NodeId _self;
    private readonly SwarmCounts _counts;
    private readonly GossipEffects _effects = new();
    private readonly DatagramBuffer _datagram = new();
    private readonly ITimer _timer;
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Predicate<NodeId>? _isCutOff;
    private bool _hasEnded;
    private long _repaired;

    /// <param name="setup">What the node was told, which is valid.</param>
    /// <param name="address">Where others reach it.</param>
    /// <param name="clock">Its clocks.</param>
    /// <param name="counts">Counts.</param>
    /// <param name="outlets">Where effects go.</param>
    public SwarmLoop(SwarmSetup setup, string address, SwarmClock clock, SwarmCounts counts, SwarmOutlets outlets)
    {
        (_clock, _counts, _outlets, _self) = (clock, counts, outlets, setup.Id);
        _seal = new DatagramSeal(setup.Key ?? SwarmKey.Open(setup.Swarm), setup.Swarm);
        Store = new VersionedStore(setup.Swarm, setup.Options.State, setup.Verifier, setup.KeyOf);
        var random = new DeterministicRandom(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))));
        _core = new SwarmCore(new SwarmSelf(setup.Id, address, clock.Instance), setup.Options, Store, new SwarmTrust(setup.Swarm, setup.Verifier, setup.KeyOf), random, _ => clock.TimeOfDay);
        _timer = clock.CreateTimer(OnTime);
    }

    /// <summary>The shared state: to be used within <see cref="Call{T}"/> only.</summary>
    public VersionedStore Store { get; }

    /// <summary>Completes when the node has left.</summary>
    public Task Left => _left.Task;

    /// <summary>Completes when the node has ended; fails with the failure that ended it.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Loses everything to and from some peers; nothing, if <paramref name="isCutOff"/> is <see langword="null"/>.</summary>
    public void CutOff(Predicate<NodeId>? isCutOff)
    {
        lock (_lock)
        {
            _isCutOff = isCutOff;
        }
    }

    /// <summary>Calls the core in the name of somebody who waits for the result.</summary>
    /// <exception cref="ObjectDisposedException">The node has ended.</exception>
    public T Call<T>(Func<SwarmCore, Ticks, GossipEffects, T> call)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_hasEnded, typeof(SwarmNode));
            try
            {
                var result = call(_core, _clock.Now, _effects);
                CarryOut();
                return result;
            }
            catch (ArgumentException)
            {
                // The caller's mistake, found before anything was done.
                _effects.Clear();
                throw;
            }
            catch (Exception exception)
            {
                Fail(exception);
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public void OnDatagram(ReadOnlyMemory<byte> datagram)
    {
        switch (_seal.Open(datagram.Span, out var sender))
        {
            case DatagramVerdict.Genuine:
                Take(sender, datagram[DatagramSeal.HeadSize..^DatagramSeal.HashSize]);
                break;
            case DatagramVerdict.OtherSwarm:
                _counts.Add(SwarmCount.DatagramsOfOthers);
                break;
            case DatagramVerdict.Forged:
                _counts.Add(SwarmCount.DatagramsForged);
                break;
            default:
                _counts.Add(SwarmCount.DatagramsForeign);
                break;
        }
    }

    /// <inheritdoc/>
    public void OnFrame(NodeId peer, ReadOnlyMemory<byte> message) => Take(peer, message);

    /// <summary>Ends the node: nothing happens to it any more.</summary>
    /// <param name="failure">Why, if it is not its owner's wish.</param>
    public void End(Exception? failure = null)
    {
        lock (_lock)
        {
            if (_hasEnded)
            {
                return;
            }

            _hasEnded = true;
            _timer.Dispose();
        }

        _left.TrySetResult();
        if (failure is null)
        {
            _ended.TrySetResult();
        }
        else
        {
            _ended.TrySetException(failure);
        }
    }

    private void Take(NodeId sender, ReadOnlyMemory<byte> bytes)
    {
        GossipMessage? message;
        try
        {
            message = GossipCodec.Decode(bytes);
        }
        catch (MessageFormatException)
        {
            _counts.Add(SwarmCount.Malformed);
            message = null;
        }

        lock (_lock)
        {
            if (_hasEnded || _isCutOff?.Invoke(sender) == true)
            {
                return;
            }

            try
            {
                if (message is not null)
                {
                    _core.OnMessage(_clock.Now, sender, message, _effects);
                }
                else
                {
                    _core.OnMalformed(_clock.Now, sender, _effects);
                }

                CarryOut();
            }
            catch (Exception exception)
            {
                Fail(exception);
            }
        }
    }

    private void OnTime()
    {
        lock (_lock)
        {
            if (_hasEnded)
            {
                return;
            }

            try
            {
                _core.OnTime(_clock.Now, _effects);
                CarryOut();
            }
            catch (Exception exception)
            {
                Fail(exception);
            }
        }
    }

    /// <summary>A defect: the node is of no use from now on, and says why.</summary>
    private void Fail(Exception exception) => End(exception);

    private void CarryOut()
    {
        foreach (var location in _effects.Locations)
        {
            _outlets.Locations.Set(location.Peer, location.Address);
        }

        foreach (var introduction in _effects.Introductions)
        {
            _outlets.Streams.Introduce(introduction.Address, Encode(introduction.Message));
        }

        foreach (var outgoing in _effects.Messages)
        {
            Send(outgoing);
        }

        foreach (var rumour in _effects.Deliveries)
        {
            _outlets.Handlers.Deliver(rumour);
        }

        _counts.Add(SwarmCount.Rejections, _effects.Rejections.Count);
        _counts.Add(SwarmCount.Repaired, _core.Dissemination.Repaired - _repaired);
        _repaired = _core.Dissemination.Repaired;
        foreach (var happening in _effects.Events)
        {
            _outlets.Events.Publish(happening);
        }

        _effects.Clear();
        if (_core.Membership.HasLeft)
        {
            _left.TrySetResult();
        }

        SetTimer();
    }

    private void SetTimer()
    {
        var deadline = _core.NextDeadline;
        var due = deadline == Ticks.Never ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling((deadline - _clock.Now).TotalMilliseconds), 0, int.MaxValue));
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    private void Send(in GossipEffects.Outgoing outgoing)
    {
        if (_isCutOff?.Invoke(outgoing.To) == true)
        {
            return;
        }

        if (outgoing.Channel == GossipChannel.Stream)
        {
            _outlets.Streams.Send(outgoing.To, Encode(outgoing.Message));
            return;
        }

        if (_outlets.Locations.FindForDatagrams(outgoing.To) is not { } address)
        {
            _counts.Add(SwarmCount.DatagramsUnsent);
            return;
        }

        _datagram.Clear();
        GossipCodec.Encode(outgoing.Message, _datagram);
        Invariant.Holds(_datagram.MessageLength <= GossipLimits.DatagramBytesMax, "A message for a datagram fits into one.");
        var datagram = _datagram.Datagram;
        _seal.Close(_self, datagram);
        _outlets.Datagrams.Send(address, datagram);
    }

    private static byte[] Encode(GossipMessage message)
    {
        var bytes = new ArrayBufferWriter<byte>();
        GossipCodec.Encode(message, bytes);
        return bytes.WrittenSpan.ToArray();
    }
}
