using Consensus.Engine;

namespace Consensus.Gossip.Membership;

/// <summary>A question that waits for its answer.</summary>
internal sealed class Probe(NodeId target, byte number, Ticks deadline)
{
    public NodeId Target { get; } = target;

    public byte Number { get; } = number;

    public Ticks Deadline { get; set; } = deadline;

    /// <summary>Whether others ask as well.</summary>
    public bool IsIndirect { get; set; }

    /// <summary>Those who were asked to ask, and have not said that they got no answer, either.</summary>
    public List<NodeId> Relays { get; } = [];
}
