using Consensus.Gossip.Node;
using Consensus.Gossip.Repair;
using Consensus.Gossip.Tests.Network;
using Consensus.Gossip.Tests.State;
using Consensus.Simulation.Time;

namespace Consensus.Gossip.Tests.Repair;

/// <summary>Nodes in virtual time that repair their states, and nothing else: no news is told.</summary>
internal sealed class RepairSwarm
{
    public RepairSwarm(ulong seed, uint size, RepairOptions? options = null, Func<uint, IGossipCore?>? liar = null)
    {
        State = new SharedState(seed);
        Network = new VirtualSwarm(seed);
        for (var id = 1u; id <= size; id++)
        {
            if (liar?.Invoke(id) is { } core)
            {
                Network.Call(Network.Add(new NodeId(id), $"{id}", core), core.OnTime);
                continue;
            }

            var store = State.NewStore();
            var offset = new TimeSpan[1];
            var peers = new FixedPeers(id, size);
            var repair = new RepairCore(new NodeId(id), store, options ?? new RepairOptions(), peers, RandomChoices.For(seed, $"repair {id}"), now => TimeOf(now, offset[0]), static (_, _, _) => { });
            var node = Network.Add(new NodeId(id), $"{id}", repair);
            offset[0] = node.ClockOffset;
            Nodes.Add(new Member(node, repair, store, peers));
            Network.Call(node, (now, _) => repair.Start(now));
        }
    }

    public SharedState State { get; }

    public VirtualSwarm Network { get; }

    /// <summary>The honest ones.</summary>
    public List<Member> Nodes { get; } = [];

    public bool AllEqual => Nodes.All(node => node.Store.Digest == Nodes[0].Store.Digest);

    /// <summary>Writes a value at one of the nodes, as long ago as is said.</summary>
    public VersionedValue Write(Member at, string key, ulong version = 1, TimeSpan ago = default)
    {
        var time = TimeOf(Network.Now, ago);
        var value = State.Write(key, version, $"content of {key}", at.Node.Id.Value, time);
        Assert.That(at.Store.Put(time, value), Is.EqualTo(PutResult.Stored));
        return value;
    }

    private static Timestamp TimeOf(Ticks now, TimeSpan ahead) => new(SharedState.Noon.UnixMilliseconds + (long)(now - Ticks.Zero - ahead).TotalMilliseconds);

    internal sealed record Member(VirtualNode Node, RepairCore Core, VersionedStore Store, FixedPeers Peers)
    {
        /// <summary>Stops listening to those that it holds something against, as reputation will have it.</summary>
        public void DistrustLiars() => Node.Rejections.ForEach(rejection => Peers.Distrust(rejection.From));
    }
}
