using Consensus.Gossip.Node;

namespace Consensus.Gossip.Tests.Network;

/// <summary>A node in virtual time: its core, what waits for it while it is paused, and what it told.</summary>
internal sealed class VirtualNode(NodeId id, string address, IGossipCore core, TimeSpan clockOffset)
{
    public NodeId Id => id;

    public string Address => address;

    public IGossipCore Core => core;

    /// <summary>By how much its clock is ahead: points of two nodes cannot be compared.</summary>
    public TimeSpan ClockOffset => clockOffset;

    /// <summary>Where it knows others to be.</summary>
    public Dictionary<NodeId, string> Book { get; } = [];

    /// <summary>What came while it was paused.</summary>
    public Queue<(NodeId From, GossipMessage Message)> Waiting { get; } = [];

    /// <summary>What it told, and when.</summary>
    public List<(Ticks At, GossipEvent Event)> Events { get; } = [];

    /// <summary>What it was told, and when.</summary>
    public List<(Ticks At, Rumour Rumour)> Deliveries { get; } = [];

    /// <summary>What it holds against others.</summary>
    public List<GossipEffects.Rejection> Rejections { get; } = [];

    public bool IsPaused { get; set; }

    public bool IsStopped { get; set; }

    /// <summary>The time for which it is planned to be woken.</summary>
    public Ticks Alarm { get; set; } = Ticks.Never;

    public long BytesSent { get; set; }

    public long MessagesSent { get; set; }
}
