using Consensus.Engine;
using Consensus.Simulation.Network;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Tests.Network;

/// <summary>Links that several things hold up at once.</summary>
public sealed class DisruptionTests
{
    private static readonly NodeId One = new(1);
    private static readonly NodeId Two = new(2);

    private readonly SimulatedNetwork _network;

    public DisruptionTests() => _network = new SimulatedNetwork(new Agenda(), new DeterministicRandom(1), new Nobody());

    private SimulatedLink Link => _network.Link(One, Two);

    [SetUp]
    public void Heal() => Link.Heal();

    [Test]
    public void The_end_of_one_partition_does_not_heal_another()
    {
        var first = _network.Disrupt(LinkState.Cut, [(One, Two)]);
        var second = _network.Disrupt(LinkState.Cut, [(One, Two)]);

        first.End();
        Assert.That(Link.State, Is.EqualTo(LinkState.Cut));
        second.End();
        Assert.That(Link.State, Is.EqualTo(LinkState.Open));
    }

    [Test]
    public void The_worst_of_several_causes_counts()
    {
        var clog = _network.Disrupt(LinkState.Clogged, [(One, Two)]);
        var cut = _network.Disrupt(LinkState.Cut, [(One, Two)]);

        Assert.That(Link.State, Is.EqualTo(LinkState.Cut));
        cut.End();
        Assert.That(Link.State, Is.EqualTo(LinkState.Clogged));
        clog.End();
        Assert.That(Link.State, Is.EqualTo(LinkState.Open));
    }

    [Test]
    public void What_ends_after_it_was_healed_does_not_heal_what_came_since()
    {
        var before = _network.Disrupt(LinkState.Cut, [(One, Two)]);
        Link.Heal();
        _network.Disrupt(LinkState.Cut, [(One, Two)]);

        before.End();
        Assert.That(Link.State, Is.EqualTo(LinkState.Cut));
    }

    [Test]
    public void A_cut_is_of_one_direction()
    {
        _network.Disrupt(LinkState.Cut, [(One, Two)]);
        Assert.That(_network.Link(Two, One).State, Is.EqualTo(LinkState.Open));
    }

    private sealed class Nobody : INetworkObserver
    {
        public void OnSent(NodeId from, NodeId to, ReadOnlySpan<byte> frame)
        {
        }

        public void OnDelivered(NodeId from, NodeId to, ReadOnlySpan<byte> frame)
        {
        }

        public void OnRefused(NodeId from, NodeId to)
        {
        }
    }
}
