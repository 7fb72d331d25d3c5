using System.Text;
using Consensus.Gossip.Dissemination;
using Consensus.Gossip.Node;
using Consensus.Gossip.Tests.Network;
using Consensus.Simulation.Time;

namespace Consensus.Gossip.Tests.Dissemination;

/// <summary>Nodes that all know each other and tell each other news, in virtual time.</summary>
internal sealed class NewsSwarm
{
    public static readonly Timestamp Midnight = new(1_800_000_000_000);

    private readonly List<NodeId> _members = [];
    private readonly HashSet<NodeId> _distrusted = [];

    public NewsSwarm(ulong seed, int size, DisseminationOptions options)
    {
        Network = new VirtualSwarm(seed);
        _members.AddRange(Enumerable.Range(1, size).Select(id => new NodeId((uint)id)));
        foreach (var id in _members)
        {
            var core = new DisseminationCore(id, 0, options, new View(this, id), RandomChoices.For(seed, $"news {id}")) { Clock = Midnight };
            var node = Network.Add(id, $"node-{id}", core);
            Network.Call(node, (now, _) => core.Start(now));
        }
    }

    public VirtualSwarm Network { get; }

    public IReadOnlyList<VirtualNode> Nodes => [.. Network.Nodes];

    public static DisseminationCore Core(VirtualNode node) => (DisseminationCore)node.Core;

    public void Distrust(uint id) => _distrusted.Add(new NodeId(id));

    public Rumour Publish(uint node, string text, RumourPriority priority = RumourPriority.Normal) => Publish(node, Encoding.UTF8.GetBytes(text), priority);

    public Rumour Publish(uint node, byte[] payload, RumourPriority priority = RumourPriority.Normal)
    {
        Rumour? rumour = null;
        Network.Call(Network[node], (now, _) => rumour = Core(Network[node]).Publish(now, "news", payload, priority));
        return rumour!;
    }

    /// <summary>How many have heard, its origin besides.</summary>
    public int Heard(Rumour rumour) => Network.Nodes.Count(node => node.Id == rumour.Origin || node.Deliveries.Exists(delivery => delivery.Rumour.Id == rumour.Id));

    public TimeSpan? UntilAllHeard(Rumour rumour, TimeSpan patience) => Network.RunUntil(patience, () => Heard(rumour) == Nodes.Count);

    /// <summary>Whether nobody tells anything any more.</summary>
    public bool IsStill => Nodes.All(node => Core(node).HotCount == 0);

    private sealed class View(NewsSwarm swarm, NodeId self) : IPeerView
    {
        public int SwarmSize => swarm._members.Count;

        public IReadOnlyList<NodeId> Peers { get; } = [.. swarm._members.Where(id => id != self)];

        public bool IsTrusted(NodeId peer) => !swarm._distrusted.Contains(peer);
    }
}
