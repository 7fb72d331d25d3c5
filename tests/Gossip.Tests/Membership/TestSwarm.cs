using Consensus.Gossip.Membership;
using Consensus.Gossip.Tests.Network;
using Consensus.Simulation.Time;

namespace Consensus.Gossip.Tests.Membership;

/// <summary>Members of a swarm in virtual time, and what they believe of each other.</summary>
internal sealed class TestSwarm
{
    private readonly MembershipOptions _options;
    private readonly ulong _seed;
    private ulong _cores;

    public TestSwarm(ulong seed, MembershipOptions options)
    {
        (_seed, _options) = (seed, options);
        Network = new VirtualSwarm(seed);
    }

    public VirtualSwarm Network { get; }

    /// <summary>Those that were not ended.</summary>
    public IEnumerable<VirtualNode> Running => Network.Nodes.Where(node => !node.IsStopped);

    /// <summary>A swarm that has come together.</summary>
    public static TestSwarm Whole(ulong seed, int size, MembershipOptions options)
    {
        var swarm = new TestSwarm(seed, options);
        for (var id = 1u; id <= size; id++)
        {
            swarm.Start(id);
        }

        var joined = swarm.Network.RunUntil(TimeSpan.FromSeconds(60), () => swarm.AllSee(size) && swarm.Running.All(HasJoined));
        Assert.That(joined, Is.Not.Null, $"seed {seed}: the swarm did not come together");

        // The news of it is told for some time yet; then it is still, and by chance later than at once.
        swarm.Network.RunUntil(TimeSpan.FromSeconds(60), () => swarm.Running.All(node => Core(node).NewsCount == 0));
        swarm.Network.Run(TimeSpan.FromMilliseconds(swarm.Network.Random.NextBelow(2_000)));
        return swarm;
    }

    public static string AddressOf(uint id) => $"10.0.{id / 256}.{id % 256}:7400";

    public static MembershipCore Core(VirtualNode node) => (MembershipCore)node.Core;

    public static SwarmMember? Seen(VirtualNode node, uint id) => Core(node).Members.FirstOrDefault(member => member.Id.Value == id);

    public static bool HasJoined(VirtualNode node) => node.Events.Exists(told => told.Event is SwarmJoined);

    /// <summary>Starts a node, or starts it again, with the first one as its seed.</summary>
    public VirtualNode Start(uint id, ulong instance = 1_000, string? address = null, bool isTwin = false)
    {
        address ??= AddressOf(id);
        var core = new MembershipCore(new NodeId(id), address, instance, _options, RandomChoices.For(_seed, $"core {id} {_cores++}"));
        var node = isTwin ? Network.AddTwin(new NodeId(id), address, core) : Network.Add(new NodeId(id), address, core);
        Network.Call(node, (now, effects) => core.Start(now, [AddressOf(1), AddressOf(2)], effects));
        return node;
    }

    public void Leave(VirtualNode node) => Network.Call(node, (now, effects) => Core(node).Leave(now, effects));

    /// <summary>Whether all see so many live, and suspect nobody.</summary>
    public bool AllSee(int size) => Running.All(node => Core(node).SwarmSize == size && Core(node).Members.All(member => member.State != SwarmMemberState.Suspect));

    /// <summary>Whether all others take a member for dead.</summary>
    public bool AllSee(uint id, SwarmMemberState state) => Running.Where(node => node.Id.Value != id).All(node => Seen(node, id)?.State == state);

    /// <summary>What was told by those who run, since a time.</summary>
    public IEnumerable<(VirtualNode Node, TEvent Event)> Told<TEvent>(Ticks since) =>
        Network.Nodes.SelectMany(node => node.Events.Where(told => told.At >= since && told.Event is TEvent).Select(told => (node, (TEvent)(object)told.Event)));

    /// <summary>Pauses some of the nodes now and then from now on, each for 0.2 to 2 s.</summary>
    public void PauseNowAndThen(IEnumerable<VirtualNode> slow, TimeSpan every)
    {
        foreach (var node in slow)
        {
            PlanPause(node, every);
        }
    }

    private void PlanPause(VirtualNode node, TimeSpan every) =>
        Network.PlanIn(Network.Random.NextAround(every), () =>
        {
            Network.Pause(node, Network.Random.NextBetween(TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(2_000)));
            PlanPause(node, every);
        });
}
