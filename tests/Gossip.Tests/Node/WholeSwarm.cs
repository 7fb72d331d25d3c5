using Consensus.Gossip.Node;
using Consensus.Gossip.Tests.Network;
using Consensus.Gossip.Tests.State;
using Consensus.Simulation.Time;

namespace Consensus.Gossip.Tests.Node;

/// <summary>Whole nodes of a swarm on virtual time, the first of which is everybody's seed.</summary>
internal sealed class WholeSwarm(ulong seed)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Dictionary<uint, (SwarmCore Core, VersionedStore Store)> _nodes = [];

    public SharedState State { get; } = new(seed);

    public VirtualSwarm Network { get; } = new(seed);

    public SwarmTrust Trust => new(State.Swarm, State.Registry, State.KeyOf);

    public IEnumerable<SwarmCore> Cores => _nodes.Values.Select(node => node.Core);

    public IEnumerable<VersionedStore> Stores => _nodes.Values.Select(node => node.Store);

    public Timestamp Time => TimeOf(Network.Now, TimeSpan.Zero);

    public SwarmCore this[uint id] => _nodes[id].Core;

    public void Start(uint id)
    {
        var store = State.NewStore();
        var offset = new TimeSpan[1];
        var core = new SwarmCore(new SwarmSelf(new NodeId(id), $"{id}", 1), new SwarmNodeOptions(), store, Trust, RandomChoices.For(seed, $"node {id}"), now => TimeOf(now, offset[0]));
        var node = Network.Add(new NodeId(id), $"{id}", core);
        offset[0] = node.ClockOffset;
        _nodes[id] = (core, store);
        Network.Call(node, (now, effects) => core.Start(now, ["1"], effects));
    }

    /// <summary>Starts nodes and waits until all know all.</summary>
    public void StartAll(uint size)
    {
        for (var id = 1u; id <= size; id++)
        {
            Start(id);
        }

        Assert.That(Network.RunUntil(Patience, () => Cores.All(core => core.Membership.SwarmSize == size)), Is.Not.Null);
    }

    public void Call(uint id, Action<SwarmCore, Ticks> call) => Network.Call(Network[id], (now, _) => call(_nodes[id].Core, now));

    /// <summary>Tells all something.</summary>
    public Rumour Publish(uint id, string text)
    {
        Rumour? rumour = null;
        Call(id, (core, now) => rumour = core.Publish(now, "test", System.Text.Encoding.UTF8.GetBytes(text), RumourPriority.Normal));
        return rumour!;
    }

    /// <summary>Whether a node's application was told a rumour.</summary>
    public bool HasHeard(uint id, Rumour rumour) => Network[id].Deliveries.Exists(told => told.Rumour.Id == rumour.Id);

    public void Say(uint to, NodeId from, GossipMessage message) => Network.Call(Network[to], (now, effects) => _nodes[to].Core.OnMessage(now, from, message, effects));

    /// <summary>Writes into a node's store without a word to anybody.</summary>
    public void Put(uint id, string key) => Assert.That(_nodes[id].Store.Put(Time, State.Write(key, 1, "x", id, Time)), Is.EqualTo(PutResult.Stored));

    private static Timestamp TimeOf(Ticks now, TimeSpan ahead) => new(SharedState.Noon.UnixMilliseconds + (long)(now - Ticks.Zero - ahead).TotalMilliseconds);
}
