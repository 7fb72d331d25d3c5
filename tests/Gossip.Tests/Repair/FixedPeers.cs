using Consensus.Gossip.Node;

namespace Consensus.Gossip.Tests.Repair;

/// <summary>A swarm whose members are known, and trusted until they are not.</summary>
internal sealed class FixedPeers(uint self, uint size) : IPeerView
{
    private readonly List<NodeId> _trusted = [.. Enumerable.Range(1, (int)size).Select(id => new NodeId((uint)id)).Where(id => id.Value != self)];

    public int SwarmSize => (int)size;

    /// <summary>The only one that is asked, if it is anybody.</summary>
    public NodeId? Only { get; set; }

    public IReadOnlyList<NodeId> Peers => Only is { } only ? [only] : _trusted;

    public bool IsTrusted(NodeId peer) => _trusted.Contains(peer);

    public void Distrust(NodeId peer) => _trusted.Remove(peer);
}
