using Consensus.Engine.Tests.Applying;
using static Consensus.Engine.Tests.Hosting.ReplicaBench;

namespace Consensus.Engine.Tests.Hosting;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ReplicaStopTests
{
    private readonly ReplicaBench _bench = new();

    [Test]
    public async Task Everybody_who_waits_when_a_replica_stops_is_told_that_it_was_stopped()
    {
        _bench.Engine.Commits = false;
        _bench.Engine.OnStep = (input, effects) =>
        {
            if (input is ReadRequested read)
            {
                // Confirmed, so that it leaves the loop and waits at the applier, for an entry that does not come.
                effects.ConfirmRead(read.Ticket, new LogIndex(1000));
            }

            return input is ReadRequested or MembershipChangeRequested;
        };
        var replica = await _bench.StartAsync();
        Task[] waiting =
        [
            replica.ProposeAsync(new byte[1]).AsTask(),
            replica.ProposeAsync(new byte[1], new ProposeOptions(Request: new RequestId(new ClientId(5), 1))).AsTask(),
            replica.OpenSessionAsync().AsTask(),
            replica.QueryAsync(new byte[1]).AsTask(),
            replica.ReadBarrierAsync().AsTask(),
            replica.ChangeMembershipAsync(MembershipChange.None).AsTask(),
        ];

        await replica.DisposeAsync().AsTask().WaitAsync(Hang);

        foreach (var task in waiting)
        {
            await Assert.ThatAsync(() => task.WaitAsync(Hang), Fails.With(ConsensusFailure.Stopped));
        }
    }

    [Test]
    public async Task A_frame_that_arrives_during_the_stop_is_lost_and_not_held_against_its_sender()
    {
        var replica = await _bench.StartAsync();
        await replica.DisposeAsync();

        Assert.That(await _bench.Transport.ReceiveAsync(1, 2, 3), Is.True);
    }

    [Test]
    public async Task A_stopped_replica_says_so()
    {
        var replica = await _bench.StartAsync();
        await replica.DisposeAsync();
        await replica.DisposeAsync();

        using (Assert.EnterMultipleScope())
        {
            await Assert.ThatAsync(() => replica.ProposeAsync(new byte[1]).AsTask().WaitAsync(Hang), Fails.With(ConsensusFailure.Stopped));
            await Assert.ThatAsync(() => replica.QueryAsync(new byte[1], ReadConsistency.Stale).AsTask().WaitAsync(Hang), Fails.With(ConsensusFailure.Stopped));
            await Assert.ThatAsync(() => replica.TransferLeadershipAsync(NodeId.None).AsTask().WaitAsync(Hang), Fails.With(ConsensusFailure.Stopped));
            Assert.That((await replica.Stopped).Reason, Is.EqualTo(ConsensusFailure.Stopped));
            Assert.That(replica.Status.Role, Is.EqualTo(ReplicaRole.Stopped));
            Assert.That(_bench.Log.IsDisposed && _bench.Snapshots.IsDisposed && _bench.Transport.IsDisposed, Is.True);
        }
    }

    [Test]
    public async Task The_last_event_tells_why_also_to_those_who_come_late()
    {
        var replica = await _bench.StartAsync();
        var early = replica.EventsAsync();
        await replica.DisposeAsync();

        foreach (var events in new[] { early, replica.EventsAsync() })
        {
            var all = new List<ConsensusEvent>();
            await foreach (var happening in events)
            {
                all.Add(happening);
            }

            Assert.That(all, Has.Count.EqualTo(1));
            Assert.That(((ReplicaStopped)all[0]).Reason, Is.EqualTo(ConsensusFailure.Stopped));
        }
    }

    [Test]
    public async Task A_log_that_fails_stops_the_replica_and_everybody_learns_why()
    {
        _bench.Log.OnPersist = () => throw new ConsensusException(ConsensusFailure.StorageFailed, "fsync failed");
        var replica = await _bench.StartAsync();
        var command = replica.ProposeAsync(new byte[1]).AsTask();

        var reason = await replica.Stopped.WaitAsync(Hang);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(reason.Reason, Is.EqualTo(ConsensusFailure.StorageFailed));
            await Assert.ThatAsync(() => command.WaitAsync(Hang), Fails.With(ConsensusFailure.StorageFailed));
            Assert.That(replica.Status.Role, Is.EqualTo(ReplicaRole.Stopped));
        }
    }

    [Test]
    public async Task A_state_machine_that_fails_stops_the_replica_and_everybody_learns_why()
    {
        _bench.State.OnApply = _ => throw new FormatException("bad command");
        var replica = await _bench.StartAsync();
        var command = replica.ProposeAsync(new byte[1]).AsTask();
        var read = replica.QueryAsync(new byte[1], ReadConsistency.Stale).AsTask();

        var reason = await replica.Stopped.WaitAsync(Hang);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(reason.Reason, Is.EqualTo(ConsensusFailure.StateMachineFailed));
            await Assert.ThatAsync(() => command.WaitAsync(Hang), Fails.With(ConsensusFailure.StateMachineFailed));
            await Assert.ThatAsync(() => Task.WhenAny(read, Task.Delay(Hang)), Is.SameAs(read), "answered or told, but not left waiting");
        }
    }

    [Test]
    public async Task A_core_that_throws_stops_the_replica_as_a_broken_invariant()
    {
        _bench.Engine.OnStep = (input, _) => input is PeerConnectionChanged ? throw new InvalidOperationException("bug") : false;
        var replica = await _bench.StartAsync();

        _bench.Transport.Receiver!.OnConnectionChanged(new NodeId(2), true);

        var reason = await replica.Stopped.WaitAsync(Hang);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(reason.Reason, Is.EqualTo(ConsensusFailure.InvariantViolated));
            Assert.That(reason.InnerException, Is.TypeOf<InvalidOperationException>());
        }
    }

    [Test]
    public async Task Senders_who_are_held_up_are_let_go_when_the_replica_stops()
    {
        var bench = new ReplicaBench { Options = new ReplicaOptions { ReceivedBytesMax = 1024 * 1024 } };
        using var isStepped = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        bench.Engine.OnStep = (_, _) =>
        {
            isStepped.Set();
            goOn.Wait();
            throw new InvalidOperationException("the loop ends here");
        };
        var replica = await bench.StartAsync();
        var frame = new byte[1024 * 1024];
        frame[0] = 1;

        // On a thread of its own, as a connection's: it may take the loop's turn.
        var first = Task.Run(() => bench.Transport.ReceiveAsync(frame));
        Assert.That(isStepped.Wait(Hang), Is.True);
        var frames = new[] { first, bench.Transport.ReceiveAsync(frame) };
        Assert.That(frames[1].IsCompleted, Is.False);

        goOn.Set();

        await Task.WhenAll(frames).WaitAsync(Hang);
        await replica.Stopped.WaitAsync(Hang);
        Assert.That(await bench.Transport.ReceiveAsync(1), Is.True, "what comes too late is lost, and its sender not to blame");
    }

    [Test]
    public async Task A_transport_that_fails_to_stop_does_not_keep_callers_waiting()
    {
        _bench.Engine.Commits = false;
        _bench.Transport.OnDispose = () => throw new IOException("socket");
        var replica = await _bench.StartAsync();
        var command = replica.ProposeAsync(new byte[1]).AsTask();

        await Assert.ThatAsync(() => replica.DisposeAsync().AsTask().WaitAsync(Hang), Throws.TypeOf<IOException>());

        await Assert.ThatAsync(() => command.WaitAsync(Hang), Fails.With(ConsensusFailure.Stopped));
        Assert.That(replica.Stopped.IsCompleted, Is.True);
    }

    [Test]
    public async Task A_replica_that_cannot_start_leaves_nothing_open()
    {
        _bench.Transport.OnStart = () => throw new IOException("address in use");

        await Assert.ThatAsync(() => _bench.StartAsync().AsTask(), Throws.TypeOf<IOException>());

        Assert.That(_bench.Log.IsDisposed && _bench.Snapshots.IsDisposed && _bench.Transport.IsDisposed, Is.True);
    }

    [Test]
    public async Task A_replica_whose_snapshot_cannot_be_restored_does_not_start_and_leaves_nothing_open()
    {
        var bench = new ReplicaBench { Recovered = TestEntries.Recovered(TestEntries.Snapshot(5, FakeState.HashOf(1))) };
        bench.Snapshots.Stored[new LogIndex(5)] = [];

        await Assert.ThatAsync(() => bench.StartAsync().AsTask(), Fails.With(ConsensusFailure.SnapshotInvalid));

        Assert.That(bench.Log.IsDisposed && bench.Snapshots.IsDisposed && bench.Transport.IsDisposed, Is.True);
    }

    [Test]
    public async Task Settings_that_are_out_of_range_are_all_named()
    {
        var bench = new ReplicaBench { Options = new ReplicaOptions { CommandsInFlightMax = 3, CommandBytesMax = 0, ReceivedBytesMax = 1 } };

        await Assert.ThatAsync(
            () => bench.StartAsync().AsTask(),
            Throws.TypeOf<ConsensusException>().With.Message.Contains("CommandsInFlightMax").And.Message.Contains("CommandBytesMax").And.Message.Contains("ReceivedBytesMax"));
    }

    // Whoever comes between the check and the end of the queue must not wait for ever.
    [Test]
    public async Task Callers_who_come_while_the_replica_stops_are_all_told([Range(1, 20)] int run)
    {
        var replica = await _bench.StartAsync();
        using var start = new Barrier(5);
        var callers = Enumerable.Range(0, 4).Select(caller => Task.Factory.StartNew(
            () =>
            {
                var tasks = new List<Task>();
                start.SignalAndWait();
                for (var i = 0; i < 200; i++)
                {
                    try
                    {
                        tasks.Add(caller % 2 == 0
                            ? replica.ProposeAsync(new byte[1]).AsTask()
                            : replica.QueryAsync(new byte[1], i % 2 == 0 ? ReadConsistency.Stale : ReadConsistency.Linearizable).AsTask());
                    }
                    catch (ConsensusException)
                    {
                        break;
                    }
                }

                return tasks;
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        start.SignalAndWait();
        await replica.DisposeAsync();

        foreach (var task in (await Task.WhenAll(callers)).SelectMany(tasks => tasks))
        {
            await task.WaitAsync(Hang).ContinueWith(_ => { }, TaskScheduler.Default);
            Assert.That(task.IsCompleted, Is.True, $"run {run}");
        }
    }
}
