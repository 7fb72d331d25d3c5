using Consensus.Gossip.Membership;
using Consensus.Gossip.Messages;
using Consensus.Gossip.Node;
using Consensus.Gossip.Tests.Network;
using Consensus.Simulation.Time;

namespace Consensus.Gossip.Tests.Membership;

/// <summary>Swarms in which everybody knows a few.</summary>
public sealed class PartialViewTests
{
    private const int Size = 300;

    private static readonly PartialViewOptions Options = new() { ShuffleInterval = TimeSpan.FromSeconds(2) };

    [Test]
    public void All_who_join_are_one_swarm_of_few_neighbours_who_are_each_others([Values(1ul, 2ul, 3ul)] ulong seed)
    {
        var swarm = Joined(seed);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Reached(swarm), Is.EqualTo(Size));
            Assert.That(Views(swarm).Select(view => view.Peers.Count), Has.All.InRange(1, Options.ActiveMax));
            Assert.That(Views(swarm).Average(view => view.Peers.Count), Is.GreaterThan(4));
            Assert.That(Views(swarm).Select(view => view.Passive.Count), Has.All.InRange(1, Options.PassiveMax));
            Assert.That(Views(swarm).Average(view => view.Passive.Count), Is.GreaterThan(15));
            Assert.That(OneSided(swarm), Is.LessThan(Size / 50));
        }
    }

    [TestCase(0.3)]
    [TestCase(0.6)]
    public void When_many_end_at_once_the_others_are_one_swarm_again(double share)
    {
        for (var seed = 1ul; seed <= 3; seed++)
        {
            var swarm = Joined(seed);
            swarm.Loss = 0.02;
            foreach (var node in swarm.Nodes.Where(_ => swarm.Random.Chance(share)).ToArray())
            {
                swarm.Stop(node);
            }

            swarm.Run(TimeSpan.FromSeconds(15));
            Assert.That(Reached(swarm), Is.EqualTo(swarm.Nodes.Count(node => !node.IsStopped)), $"seed {seed}");
        }
    }

    [Test]
    public void Who_knows_nobody_any_more_asks_its_seeds_again()
    {
        var swarm = Joined(1, 2);
        var isCut = true;
        swarm.IsCut = (_, _) => isCut;
        swarm.Run(TimeSpan.FromSeconds(60));
        Assert.That(Views(swarm).Select(view => view.SwarmSize), Has.All.EqualTo(1));

        isCut = false;
        swarm.Run(TimeSpan.FromSeconds(5));
        Assert.That(Reached(swarm), Is.EqualTo(2));
    }

    [Test]
    public void The_news_of_a_new_one_walks_on_while_it_has_steps_left_and_ends_with_a_neighbour()
    {
        var (view, effects) = WithNeighbours(2, 3);
        view.OnMessage(Ticks.Zero, new NodeId(2), new ForwardJoin(2, PeerOf(9)), effects);
        Assert.That(effects.Messages.Select(sent => (sent.To.Value, sent.Message)), Is.EqualTo(new[] { (3u, (GossipMessage)new ForwardJoin(1, PeerOf(9))) }));
        Assert.That(view.Peers, Does.Not.Contain(new NodeId(9)));

        effects.Clear();
        view.OnMessage(Ticks.Zero, new NodeId(2), new ForwardJoin(0, PeerOf(9)), effects);
        Assert.That(effects.Messages.Select(sent => (sent.To.Value, sent.Message)), Does.Contain((9u, (GossipMessage)new Neighbour(NeighbourWord.Accept, PeerOf(1)))));
        Assert.That(view.Peers, Does.Contain(new NodeId(9)));
    }

    [Test]
    public void Who_is_no_neighbour_any_more_is_told_and_who_is_none_as_well()
    {
        var (view, effects) = WithNeighbours(2, 3, 4, 5, 6);
        view.OnMessage(Ticks.Zero, new NodeId(9), new ViewJoin(PeerOf(9)), effects);
        var ended = effects.Messages.Where(sent => sent.Message is Neighbour { Word: NeighbourWord.End }).Select(sent => sent.To).ToArray();
        Assert.That(ended, Has.Length.EqualTo(1));
        Assert.That(view.Peers, Does.Not.Contain(ended[0]));

        effects.Clear();
        view.OnMessage(Ticks.Zero, ended[0], new Neighbour(NeighbourWord.Live, PeerOf(ended[0].Value)), effects);
        Assert.That(effects.Messages.Select(sent => (sent.To, sent.Message)), Is.EqualTo(new[] { (ended[0], (GossipMessage)new Neighbour(NeighbourWord.End, PeerOf(1))) }));
    }

    [Test]
    public void Who_speaks_for_somebody_else_is_rejected()
    {
        var swarm = Joined(1, 5);
        swarm.Call(swarm[1], (now, effects) => swarm[1].Core.OnMessage(now, new NodeId(2), new ViewJoin(new ViewPeer(new NodeId(3), "elsewhere")), effects));

        Assert.That(swarm[1].Rejections.Select(rejection => rejection.From), Is.EqualTo(new[] { new NodeId(2) }));
    }

    [Test]
    public void Every_problem_of_the_settings_is_said_at_once() =>
        Assert.That(
            new PartialViewOptions { ActiveMax = 1, PassiveMax = 0, JoinWalk = 17, PassiveWalk = 18, ShufflePeers = 0, MissesMax = 0, LiveInterval = TimeSpan.Zero, ShuffleInterval = TimeSpan.Zero }.Validate().Select(problem => problem.Split(' ')[0]),
            Is.EqualTo(new[] { "ActiveMax", "PassiveMax", "JoinWalk", "PassiveWalk", "ShufflePeers", "MissesMax", "ShuffleInterval", "LiveInterval" }));

    private static ViewPeer PeerOf(uint id) => new(new NodeId(id), TestSwarm.AddressOf(id));

    private static (PartialView View, GossipEffects Effects) WithNeighbours(params uint[] ids)
    {
        var (view, effects) = (new PartialView(PeerOf(1), Options, new DeterministicRandom(1)), new GossipEffects());
        foreach (var id in ids)
        {
            view.OnMessage(Ticks.Zero, new NodeId(id), new Neighbour(NeighbourWord.Accept, PeerOf(id)), effects);
        }

        effects.Clear();
        return (view, effects);
    }

    private static VirtualSwarm Joined(ulong seed, int size = Size)
    {
        var swarm = new VirtualSwarm(seed);
        for (var id = 1u; id <= size; id++)
        {
            var core = new PartialView(new ViewPeer(new NodeId(id), TestSwarm.AddressOf(id)), Options, RandomChoices.For(seed, $"view {id}"));
            var node = swarm.Add(new NodeId(id), TestSwarm.AddressOf(id), core);
            swarm.Call(node, (now, effects) => core.Start(now, [TestSwarm.AddressOf(1), TestSwarm.AddressOf(2)], effects));
            swarm.Run(TimeSpan.FromMilliseconds(5));
        }

        swarm.Run(TimeSpan.FromSeconds(20));
        return swarm;
    }

    private static IEnumerable<PartialView> Views(VirtualSwarm swarm) => swarm.Nodes.Where(node => !node.IsStopped).Select(node => (PartialView)node.Core);

    /// <summary>How many of those that run are reached from the first of them over neighbours.</summary>
    private static int Reached(VirtualSwarm swarm)
    {
        var running = swarm.Nodes.Where(node => !node.IsStopped).ToDictionary(node => node.Id, node => (PartialView)node.Core);
        var reached = new HashSet<NodeId> { running.Keys.First() };
        var next = new Queue<NodeId>(reached);
        while (next.TryDequeue(out var id))
        {
            foreach (var peer in running[id].Peers.Where(peer => running.ContainsKey(peer) && reached.Add(peer)))
            {
                next.Enqueue(peer);
            }
        }

        return reached.Count;
    }

    private static int OneSided(VirtualSwarm swarm)
    {
        var running = swarm.Nodes.ToDictionary(node => node.Id, node => (PartialView)node.Core);
        return running.Sum(node => node.Value.Peers.Count(peer => !running[peer].Peers.Contains(node.Key)));
    }
}
