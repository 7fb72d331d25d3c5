namespace Consensus.Transport.Tests;

[TestFixture]
internal sealed class InProcessTransportTests : TransportContract
{
    private InProcessNetwork _network = CreateNetwork();

    [SetUp]
    public void Prepare() => _network = CreateNetwork();

    protected override async Task<TestNode> CreateAsync(uint id, TestNode? predecessor)
    {
        var transport = _network.CreateTransport(new NodeId(id), TestCodec.Instance);
        var receiver = new RecordingReceiver();
        await transport.StartAsync(receiver, CancellationToken.None);
        return new TestNode(new Member(new NodeId(id), $"node-{id}"), transport, transport.Statistics, receiver);
    }

    [Test]
    public async Task A_cut_link_carries_nothing_in_its_direction_until_it_is_healed()
    {
        var one = await StartAsync(1);
        var two = await StartAsync(2);
        await TestNode.ConnectAsync(one, two);
        _network.Cut(one.Id, two.Id);
        await one.IsDisconnectedAsync(two);
        Assert.That(one.SendNow(two, new TestMessage(1)), Is.False);
        Assert.That(two.SendNow(one, new TestMessage(2)), Is.True);
        await one.Receiver.MessageAsync(2);

        _network.Heal(one.Id, two.Id);
        await one.IsConnectedAsync(two, 2);
        Assert.That(one.SendNow(two, new TestMessage(3)), Is.True);
        await two.Receiver.MessagesAsync(1);
        Assert.That(two.Receiver.Messages.Single().Message.Number, Is.EqualTo(3));
    }

    [Test]
    public async Task Two_running_transports_of_one_node_are_refused()
    {
        var one = await StartAsync(1);
        await Assert.ThatAsync(() => StartAsync(one.Id.Value), Throws.InvalidOperationException);
    }

    private static InProcessNetwork CreateNetwork() => new(new InProcessOptions
    {
        FrameLengthMax = FrameLengthMax,
        QueuedBytesMax = QueuedBytesMax,
        QueuedFramesMax = QueuedFramesMax,
    });
}
