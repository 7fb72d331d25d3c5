using System.Net;

namespace Consensus.Transport.Tests;

[TestFixture]
internal sealed class TcpTransportTests : TransportContract
{
    protected override Task<TestNode> CreateAsync(uint id, TestNode? predecessor) =>
        TcpNodes.StartAsync(TcpNodes.ContractOptions(id, predecessor, FrameLengthMax, QueuedBytesMax, QueuedFramesMax));

    [Test]
    public async Task A_peer_that_moves_is_followed()
    {
        var one = await StartAsync(1);
        var two = await StartAsync(2);
        await TestNode.ConnectAsync(one, two);
        await two.DisposeAsync();
        var moved = await StartAsync(2);
        moved.Transport.SetPeers([one.Member]);
        one.Transport.SetPeers([moved.Member]);
        await one.IsConnectedAsync(moved, 2);
        Assert.That(one.SendNow(moved, new TestMessage(1)), Is.True);
        await moved.Receiver.MessagesAsync(1);
    }

    [Test]
    public async Task A_send_and_flush_allocate_nothing_once_warm()
    {
        var one = await StartAsync(1);
        var two = await StartAsync(2);
        await TestNode.ConnectAsync(one, two);
        var message = new TestMessage(1, 300);
        var allocated = 0L;
        for (var i = 0; i < 2000; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            one.SendNow(two, message);
            allocated = i < 1000 ? 0 : allocated + GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public async Task An_address_in_use_is_told_at_the_start()
    {
        var one = await StartAsync(1);
        var error = await Assert.ThrowsAsync<ConsensusException>(() => TcpNodes.StartAsync(TcpNodes.Options(2, TcpNodes.Port(one))));
        Assert.That(error!.Reason, Is.EqualTo(ConsensusFailure.InvalidConfiguration));
        Assert.That(error.Message, Does.Contain(IPAddress.Loopback.ToString()).And.Contain(TcpNodes.Port(one).ToString()));
    }
}
