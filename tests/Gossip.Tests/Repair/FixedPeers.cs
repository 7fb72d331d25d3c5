using Consensus.Gossip.Node;

namespace Consensus.Gossip.Tests.Repair;

/// <summary>A swarm whose members are known, and trusted until they are not.</summary>
internal sealed class FixedPeers(uint self, uint size) : IPeerView
{
    private readonly List<NodeId> _peers = [.. Enumerable.Range(1, (int)size).Select(id => new NodeId((uint)id)).Where(id => id.Value != self)];

    public int SwarmSize => _peers.Count + 1;

    public IReadOnlyList<NodeId> Peers => _peers;

    public bool IsTrusted(NodeId peer) => _peers.Contains(peer);

    public void Distrust(NodeId peer) => _peers.Remove(peer);
}
