using System.Net;

namespace Consensus.Transport.Tests;

/// <summary>The book comes before the resolver, and the resolver before the membership.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AddressBookTests
{
    private static readonly NodeId Two = new(2);
    private static readonly NodeId Three = new(3);
    private static readonly NodeId Four = new(4);
    private static readonly IPEndPoint Closed = new(IPAddress.Loopback, 1);

    [Test]
    public async Task A_peer_in_the_book_is_looked_for_there_one_that_is_not_by_the_resolver_and_without_one_at_its_address()
    {
        await using var two = await TcpNodes.StartAsync(TcpNodes.Options(2));
        await using var three = await TcpNodes.StartAsync(TcpNodes.Options(3));
        var book = Book((Two, [Closed, TcpNodes.EndPoint(two)]), (Four, [Closed]));
        var resolver = new ScriptedResolver((peer, _) => new([peer == Three ? TcpNodes.EndPoint(three) : Closed]));
        await using var withResolver = await TcpNodes.StartAsync(TcpNodes.Options(1, addressBook: book), resolver: resolver);
        await using var without = await TcpNodes.StartAsync(TcpNodes.Options(5, addressBook: book));
        foreach (var peer in (TestNode[])[two, three])
        {
            peer.Transport.SetPeers([withResolver.Member, without.Member]);
        }

        withResolver.Transport.SetPeers([new Member(Two, "elsewhere:1"), new Member(Three, "elsewhere:2")]);
        without.Transport.SetPeers([new Member(Two, "elsewhere:1"), three.Member]);
        foreach (var node in (TestNode[])[withResolver, without])
        {
            await node.IsConnectedAsync(two);
            await node.IsConnectedAsync(three);
        }

        Assert.That(resolver.Asked, Is.EqualTo([(Three, "elsewhere:2")]), "Not about a peer in the book, and once.");
        Assert.That(Sources(withResolver), Is.EqualTo([PeerSource.AddressBook, PeerSource.Resolver]));
        Assert.That(Sources(without), Is.EqualTo([PeerSource.AddressBook, PeerSource.Membership]));
        Assert.That(TcpNodes.Known(withResolver, Two), Has.Property(nameof(PeerStatus.Address)).EqualTo("elsewhere:1").And.Property(nameof(PeerStatus.ConnectFailures)).Zero);
        Assert.That(TcpNodes.Known(withResolver, Two).Outgoing.EndPoint, Is.EqualTo($"{TcpNodes.EndPoint(two)}"));
    }

    [Test]
    public async Task Nothing_else_is_tried_for_a_peer_in_the_book()
    {
        await using var two = await TcpNodes.StartAsync(TcpNodes.Options(2));
        var resolver = new ScriptedResolver(TcpNodes.EndPoint(two));
        await using var one = await TcpNodes.StartAsync(TcpNodes.Options(1, addressBook: Book((Two, [Closed]))), resolver: resolver);
        two.Transport.SetPeers([one.Member]);
        one.Transport.SetPeers([two.Member]);
        await Eventually.IsAsync(() => one.Toward(two).ConnectFailures >= 3, "three failures");

        Assert.That((resolver.Asked.Count, one.Receiver.Changes.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public void What_is_no_book_is_refused()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => Book((Two, [])), Throws.ArgumentException);
            Assert.That(() => Book((Two, [.. Enumerable.Repeat(Closed, 17)])), Throws.ArgumentException);
            Assert.That(() => Book((Two, [new IPEndPoint(IPAddress.Loopback, 0)])), Throws.ArgumentException);
            Assert.That(() => Book((Two, [Closed]), (Two, [Closed])), Throws.ArgumentException);
        }
    }

    private static PeerSource[] Sources(TestNode node) => [TcpNodes.Known(node, Two).Source, TcpNodes.Known(node, Three).Source];

    private static AddressBook Book(params (NodeId Peer, EndPoint[] EndPoints)[] entries) =>
        new(entries.Select(entry => KeyValuePair.Create<NodeId, IReadOnlyList<EndPoint>>(entry.Peer, entry.EndPoints)));
}
