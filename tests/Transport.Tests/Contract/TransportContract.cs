namespace Consensus.Transport.Tests;

/// <summary>What every transport promises. Each transport has a fixture that inherits these tests.</summary>
internal abstract class TransportContract
{
    protected const int FrameLengthMax = 2 * 1024 * 1024;
    protected const int QueuedBytesMax = 4 * 1024 * 1024;
    protected const int QueuedFramesMax = 1000;

    private readonly List<TestNode> _nodes = [];

    /// <summary>Starts a node; <paramref name="predecessor"/> is the node in whose place, and at whose address, it comes.</summary>
    protected abstract Task<TestNode> CreateAsync(uint id, TestNode? predecessor);

    [TearDown]
    public async Task StopAsync()
    {
        foreach (var node in _nodes)
        {
            node.Receiver.Unblock();
            await node.DisposeAsync();
        }

        _nodes.Clear();
    }

    protected async Task<TestNode> StartAsync(uint id, TestNode? predecessor = null)
    {
        var node = await CreateAsync(id, predecessor);
        _nodes.Add(node);
        return node;
    }

    private async Task<(TestNode One, TestNode Two)> StartPairAsync()
    {
        var one = await StartAsync(1);
        var two = await StartAsync(2);
        await TestNode.ConnectAsync(one, two);
        return (one, two);
    }

    [Test]
    public async Task Messages_arrive_in_order_and_name_their_sender()
    {
        var (one, two) = await StartPairAsync();
        for (var number = 0; number < 900; number++)
        {
            Assert.That(one.Transport.Send(two.Id, new TestMessage(number, TestMessage.LengthMin + (number % 700))), Is.True);
            if (number % 7 == 0)
            {
                one.Transport.Flush();
            }
        }

        one.Transport.Flush();
        await two.Receiver.MessagesAsync(900);
        Assert.That(two.Receiver.Messages.Select(m => m.Message.Number), Is.EqualTo(Enumerable.Range(0, 900)));
        Assert.That(two.Receiver.Messages.Select(m => m.From), Is.All.EqualTo(one.Id));
        await Eventually.IsAsync(() => one.Toward(two).FramesSent == 900, "900 counted as sent");
        Assert.That(two.Toward(one).FramesReceived, Is.EqualTo(900));
    }

    [Test]
    public async Task Three_nodes_talk_to_each_other()
    {
        TestNode[] nodes = [await StartAsync(1), await StartAsync(2), await StartAsync(3)];
        await TestNode.ConnectAsync(nodes);
        foreach (var from in nodes)
        {
            foreach (var to in nodes.Where(node => node != from))
            {
                Assert.That(from.SendNow(to, new TestMessage(from.Id.Value)), Is.True);
            }
        }

        foreach (var node in nodes)
        {
            await node.Receiver.MessagesAsync(2);
            Assert.That(node.Receiver.Messages.Select(m => m.From), Is.EquivalentTo(nodes.Where(n => n != node).Select(n => n.Id)));
        }
    }

    [Test]
    public async Task Large_messages_arrive_whole_among_small_ones()
    {
        var (one, two) = await StartPairAsync();
        int[] lengths = [8, 1024 * 1024, 9, 65_536 - 4, 65_536, 65_537, 10, FrameLengthMax, 11];
        for (var i = 0; i < lengths.Length; i++)
        {
            Assert.That(one.SendNow(two, new TestMessage(i, lengths[i])), Is.True);
            await two.Receiver.MessagesAsync(i + 1);
        }

        Assert.That(two.Receiver.Messages.Select(m => m.Message.Length), Is.EqualTo(lengths));
    }

    [Test]
    public async Task A_message_longer_than_a_frame_is_dropped_and_counted_and_the_next_arrives()
    {
        var (one, two) = await StartPairAsync();
        Assert.That(one.SendNow(two, new TestMessage(1, FrameLengthMax + 1)), Is.False);
        Assert.That(one.SendNow(two, new TestMessage(2)), Is.True);
        await two.Receiver.MessagesAsync(1);
        Assert.That(two.Receiver.Messages.Single().Message.Number, Is.EqualTo(2));
        Assert.That(one.Toward(two).DroppedTooLong, Is.EqualTo(1));
    }

    [Test]
    public async Task A_receiver_that_takes_nothing_makes_the_sender_drop_by_count_of_messages()
    {
        var (one, two) = await StartPairAsync();
        two.Receiver.Block();
        var accepted = new List<long>();
        for (var number = 0L; one.Toward(two).DroppedQueueFull < 10; number++)
        {
            if (one.Transport.Send(two.Id, new TestMessage(number)))
            {
                accepted.Add(number);
            }

            Assert.That(accepted, Has.Count.LessThanOrEqualTo(QueuedFramesMax), "Nothing leaves before the flush.");
        }

        Assert.That(accepted, Has.Count.EqualTo(QueuedFramesMax));
        two.Receiver.Unblock();
        one.Transport.Flush();
        await two.Receiver.MessagesAsync(accepted.Count);
        Assert.That(two.Receiver.Messages.Select(m => m.Message.Number), Is.EqualTo(accepted));
    }

    [Test]
    public async Task A_receiver_that_takes_nothing_makes_the_sender_drop_by_bytes_and_what_was_accepted_arrives()
    {
        var (one, two) = await StartPairAsync();
        two.Receiver.Block();
        var accepted = new List<long>();
        for (var number = 0L; one.Toward(two).DroppedQueueFull < 100; number++)
        {
            if (one.SendNow(two, new TestMessage(number, 100_000)))
            {
                accepted.Add(number);
            }

            // The queue, and what the operating system buffers between the two: a fixed number, however long this goes on.
            Assert.That(accepted, Has.Count.LessThanOrEqualTo(QueuedFramesMax));
        }

        two.Receiver.Unblock();
        await two.Receiver.MessagesAsync(accepted.Count);
        Assert.That(two.Receiver.Messages.Select(m => m.Message.Number), Is.EqualTo(accepted));
        Assert.That(one.SendNow(two, new TestMessage(-1)), Is.True, "Room again.");
        await two.Receiver.MessageAsync(-1);
    }

    [Test]
    public async Task A_message_to_a_stranger_is_dropped_and_counted()
    {
        var (one, _) = await StartPairAsync();
        Assert.That(one.Transport.Send(new NodeId(99), new TestMessage(1)), Is.False);
        Assert.That(one.Statistics.DroppedUnknownPeer, Is.EqualTo(1));
    }

    [Test]
    public async Task A_message_to_a_peer_without_connection_is_dropped_and_counted()
    {
        var one = await StartAsync(1);
        one.Transport.SetPeers([new Member(new NodeId(2), "127.0.0.1:1")]);
        Assert.That(one.Transport.Send(new NodeId(2), new TestMessage(1)), Is.False);
        Assert.That(one.Statistics.Peers[new NodeId(2)].DroppedNotConnected, Is.EqualTo(1));
    }

    [Test]
    public async Task A_restarted_peer_is_connected_to_again()
    {
        var (one, two) = await StartPairAsync();
        for (var restart = 1; restart <= 3; restart++)
        {
            await two.DisposeAsync();
            await one.IsDisconnectedAsync(two, restart);
            two = await StartAsync(2, two);
            two.Transport.SetPeers([one.Member, two.Member]);
            await one.IsConnectedAsync(two, restart + 1);
            await two.IsConnectedAsync(one);
            Assert.That(one.SendNow(two, new TestMessage(restart)), Is.True);
            Assert.That(two.SendNow(one, new TestMessage(restart)), Is.True);
            await two.Receiver.MessageAsync(restart);
            await one.Receiver.MessageAsync(restart);
        }

        Assert.That(one.Toward(two).ConnectionsOpened, Is.EqualTo(4));
    }

    [Test]
    public async Task Ups_and_downs_alternate()
    {
        var (one, two) = await StartPairAsync();
        for (var change = 1; change <= 20; change++)
        {
            one.Transport.SetPeers([]);
            one.Transport.SetPeers([two.Member]);
            await one.IsConnectedAsync(two, change + 1);
        }

        await one.DisposeAsync();
        var expected = Enumerable.Range(0, one.Receiver.Changes.Count).Select(i => i % 2 == 0);
        Assert.That(one.Receiver.Changes.Select(change => change.IsConnected), Is.EqualTo(expected));
        Assert.That(one.Receiver.Changes[^1].IsConnected, Is.False);
    }

    [Test]
    public async Task A_removed_peer_is_no_longer_heard_and_one_that_returns_is()
    {
        var (one, two) = await StartPairAsync();
        one.Transport.SetPeers([]);
        await two.IsDisconnectedAsync(one);
        Assert.That(one.Transport.Send(two.Id, new TestMessage(1)), Is.False);
        one.Transport.SetPeers([one.Member, two.Member]);
        await one.IsConnectedAsync(two, 2);
        await two.IsConnectedAsync(one, 2);
        Assert.That(two.SendNow(one, new TestMessage(2)), Is.True);
        await one.Receiver.MessagesAsync(1);
        Assert.That(one.Receiver.Messages.Single().Message.Number, Is.EqualTo(2));
    }

    [Test]
    public async Task Naming_the_same_peers_again_changes_nothing()
    {
        var (one, two) = await StartPairAsync();
        one.Transport.SetPeers([two.Member with { Role = MemberRole.Learner }]);
        Assert.That(one.SendNow(two, new TestMessage(1)), Is.True);
        await two.Receiver.MessagesAsync(1);
        Assert.That(one.Receiver.Changes, Is.EqualTo([(two.Id, true)]));
    }

    [Test]
    public async Task A_frame_that_the_receiver_does_not_accept_is_counted_and_costs_the_connection()
    {
        var (one, two) = await StartPairAsync();
        Assert.That(one.Transport.Send(two.Id, new DamagedTestMessage()), Is.True);
        one.Transport.Flush();
        await one.IsDisconnectedAsync(two);
        await one.IsConnectedAsync(two, 2);
        Assert.That(two.Toward(one).RejectedFrames, Is.EqualTo(1));
        Assert.That(one.SendNow(two, new TestMessage(1)), Is.True);
        await two.Receiver.MessagesAsync(1);
    }

    [Test]
    public async Task Disposal_while_busy_ends_everything_and_may_be_repeated()
    {
        var (one, two) = await StartPairAsync();
        two.Receiver.Block();
        while (one.SendNow(two, new TestMessage(1, 100_000)))
        {
            // Until the queue is full.
        }

        var disposals = Enumerable.Range(0, 4).Select(_ => Task.Run(() => one.DisposeAsync().AsTask())).ToList();
        Assert.That(one.SendNow(two, new TestMessage(1)), Is.AnyOf(true, false), "Neither blocks nor throws.");
        await Task.WhenAll(disposals);
        await two.DisposeAsync();
        await one.DisposeAsync();
        Assert.That(one.SendNow(two, new TestMessage(1)), Is.False);
        Assert.That(one.Receiver.Changes[^1], Is.EqualTo((two.Id, false)));
    }

    [Test]
    public async Task A_second_start_is_refused()
    {
        var (one, _) = await StartPairAsync();
        await Assert.ThatAsync(() => one.Transport.StartAsync(one.Receiver, CancellationToken.None).AsTask(), Throws.InvalidOperationException);
    }
}
