using System.Buffers;
using Consensus.Gossip.Messages;
using Consensus.Gossip.Node;
using Consensus.Simulation.Time;

namespace Consensus.Gossip.Tests.Network;

/// <summary>
/// Cores of a swarm on virtual time, over a network that loses, delays, repeats and cuts, on nodes that pause and end. Each message goes through its wire form. The same seed and the same calls give the same run.
/// </summary>
/// <remarks>A paused node gets what was sent to it when it goes on, behind its timers: as a process does that was not scheduled, in the worst order.</remarks>
internal sealed class VirtualSwarm(ulong seed)
{
    /// <summary>What surrounds each message: the swarm's identity, the sender, a keyed hash.</summary>
    public const int HeaderBytes = 26;

    private readonly Agenda _agenda = new();
    private readonly GossipEffects _effects = new();
    private readonly ArrayBufferWriter<byte> _frame = new();
    private readonly Dictionary<NodeId, VirtualNode> _nodes = [];
    private readonly Dictionary<string, VirtualNode> _places = [];

    public DeterministicRandom Random { get; } = new(seed);

    public Ticks Now => _agenda.Now;

    public IEnumerable<VirtualNode> Nodes => _nodes.Values;

    /// <summary>The share of datagrams that get lost.</summary>
    public double Loss { get; set; }

    /// <summary>The share of datagrams that arrive twice.</summary>
    public double Duplication { get; set; }

    public TimeSpan DelayMin { get; set; } = TimeSpan.FromMilliseconds(0.2);

    public TimeSpan DelayMax { get; set; } = TimeSpan.FromMilliseconds(1.5);

    /// <summary>Whether nothing gets from the one to the other.</summary>
    public Func<NodeId, NodeId, bool> IsCut { get; set; } = static (_, _) => false;

    /// <summary>Whether messages are read from their wire form, and not only measured.</summary>
    public bool IsDecoding { get; set; } = true;

    /// <summary>Sees everything that is sent.</summary>
    public Action<VirtualNode, NodeId, GossipMessage, int>? OnSent { get; set; }

    public VirtualNode this[uint id] => _nodes[new NodeId(id)];

    /// <summary>A node, in place of one that was at that address or had that number.</summary>
    public VirtualNode Add(NodeId id, string address, IGossipCore core)
    {
        var node = new VirtualNode(id, address, core, TimeSpan.FromSeconds(Random.NextBelow(1_000)));
        _nodes[id] = node;
        _places[address] = node;
        return node;
    }

    /// <summary>A node of a number that another one has as well: whatever is sent to the number goes to the first one.</summary>
    public VirtualNode AddTwin(NodeId id, string address, IGossipCore core)
    {
        var node = new VirtualNode(id, address, core, TimeSpan.Zero);
        _places[address] = node;
        return node;
    }

    /// <summary>Calls a node's core.</summary>
    public void Call(VirtualNode node, Action<Ticks, GossipEffects> call)
    {
        call(Now + node.ClockOffset, _effects);
        TakeOver(node);
    }

    /// <summary>Ends a node, without a word; nobody answers at its address.</summary>
    public void Stop(VirtualNode node)
    {
        node.IsStopped = true;
        if (_places.GetValueOrDefault(node.Address) == node)
        {
            _places.Remove(node.Address);
        }
    }

    public void Pause(VirtualNode node, TimeSpan span)
    {
        if (node.IsPaused)
        {
            return;
        }

        node.IsPaused = true;
        _agenda.PlanIn(span, () => GoOn(node));
    }

    public void PlanIn(TimeSpan delay, Action action) => _agenda.PlanIn(delay, action);

    public void Run(TimeSpan span) => _agenda.RunUntil(Now + span, static () => false);

    /// <summary>Runs until something holds.</summary>
    /// <returns>After what time it did; <see langword="null"/> if not in time.</returns>
    public TimeSpan? RunUntil(TimeSpan span, Func<bool> holds)
    {
        var start = Now;
        while (Now - start < span)
        {
            if (holds())
            {
                return Now - start;
            }

            Run(TimeSpan.FromMilliseconds(10));
        }

        return holds() ? Now - start : null;
    }

    private void GoOn(VirtualNode node)
    {
        node.IsPaused = false;
        Wake(node);
        while (node.Waiting.TryDequeue(out var waiting))
        {
            Deliver(node, waiting.From, waiting.Message);
        }
    }

    private void Wake(VirtualNode node)
    {
        if (node.IsStopped || node.IsPaused)
        {
            return;
        }

        var now = Now + node.ClockOffset;
        if (node.Core.NextDeadline <= now)
        {
            node.Core.OnTime(now, _effects);
            TakeOver(node);
        }
        else
        {
            SetAlarm(node);
        }
    }

    private void SetAlarm(VirtualNode node)
    {
        if (node.Core.NextDeadline == Ticks.Never)
        {
            return;
        }

        var at = node.Core.NextDeadline + -node.ClockOffset;
        at = at < Now ? Now : at;
        if (at < node.Alarm || node.Alarm <= Now)
        {
            node.Alarm = at;
            _agenda.Plan(at, () =>
            {
                if (node.Alarm == at)
                {
                    node.Alarm = Ticks.Never;
                    Wake(node);
                }
            });
        }
    }

    private void TakeOver(VirtualNode node)
    {
        foreach (var (peer, address) in _effects.Locations)
        {
            node.Book[peer] = address;
        }

        foreach (var (to, message, channel) in _effects.Messages)
        {
            Send(node, to, message, channel == GossipChannel.Stream, Find(node, to, channel));
        }

        foreach (var (address, message) in _effects.Introductions)
        {
            Send(node, NodeId.None, message, isStream: true, _places.GetValueOrDefault(address));
        }

        node.Rejections.AddRange(_effects.Rejections);
        foreach (var raised in _effects.Events)
        {
            node.Events.Add((Now, raised));
        }

        foreach (var rumour in _effects.Deliveries)
        {
            node.Deliveries.Add((Now, rumour));
        }

        _effects.Clear();
        SetAlarm(node);
    }

    /// <summary>Datagrams go to where the sender believes the other one to be; a connection may be one that the other one has dialled.</summary>
    private VirtualNode? Find(VirtualNode from, NodeId to, GossipChannel channel)
    {
        var named = _nodes.GetValueOrDefault(to);
        return channel == GossipChannel.Datagram && named is not null && from.Book.TryGetValue(to, out var address) && _places.GetValueOrDefault(address)?.Id != to ? null : named;
    }

    private void Send(VirtualNode from, NodeId to, GossipMessage message, bool isStream, VirtualNode? target)
    {
        _frame.ResetWrittenCount();
        GossipCodec.Encode(message, _frame);
        var length = _frame.WrittenCount;
        Assert.That(length, Is.LessThanOrEqualTo(isStream ? GossipLimits.StreamBytesMax : GossipLimits.DatagramBytesMax), message.GetType().Name);
        from.BytesSent += length + HeaderBytes;
        from.MessagesSent++;
        OnSent?.Invoke(from, to, message, length + HeaderBytes);
        if (target is null || target.IsStopped || IsCut(from.Id, target.Id) || (!isStream && Random.Chance(Loss)))
        {
            return;
        }

        var read = IsDecoding ? GossipCodec.Decode(_frame.WrittenMemory.ToArray()) : message;
        for (var times = !isStream && Random.Chance(Duplication) ? 2 : 1; times > 0; times--)
        {
            _agenda.PlanIn(Random.NextBetween(DelayMin, DelayMax), () => Arrive(target, from.Id, read));
        }
    }

    private void Arrive(VirtualNode node, NodeId from, GossipMessage message)
    {
        if (node.IsPaused)
        {
            node.Waiting.Enqueue((from, message));
        }
        else
        {
            Deliver(node, from, message);
        }
    }

    private void Deliver(VirtualNode node, NodeId from, GossipMessage message)
    {
        if (!node.IsStopped)
        {
            node.Core.OnMessage(Now + node.ClockOffset, from, message, _effects);
            TakeOver(node);
        }
    }
}
