using Consensus.Engine.Tests.Hosting;

namespace Consensus.Engine.Tests.Lanes;

/// <summary>A whole replica in virtual time: what a simulator builds upon.</summary>
public sealed class VirtualTimeTests
{
    [Test]
    public void The_same_seed_gives_the_same_run_and_another_one_another([Range(1, 5)] int seed)
    {
        var first = Run((ulong)seed);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Run((ulong)seed), Is.EqualTo(first), $"seed {seed}");
            Assert.That(Run((ulong)seed + 1000), Is.Not.EqualTo(first), $"seed {seed}");
        }
    }

    [Test]
    public void Nothing_of_a_replica_happens_outside_its_turns()
    {
        var lanes = new VirtualLanes();
        var bench = new ReplicaBench { Lanes = lanes, Time = lanes };
        bench.Engine.OnStep = (_, _) =>
        {
            Assert.That(Environment.CurrentManagedThreadId, Is.EqualTo(bench.TestThread));
            return false;
        };
        var replica = Completed(bench.StartAsync());

        var command = replica.ProposeAsync(new byte[] { 1 });
        Assert.That(command.IsCompleted, Is.False, "no turn has been taken");
        lanes.RunUntil(() => command.IsCompleted);
        var query = replica.QueryAsync(new byte[] { 2 });
        lanes.RunUntil(() => query.IsCompleted);
        var session = replica.OpenSessionAsync();
        lanes.RunUntil(() => session.IsCompleted);
        var change = replica.ChangeMembershipAsync(MembershipChange.None);
        lanes.RunUntil(() => change.IsCompleted);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Completed(command).IsApplied, Is.True);
            Assert.That(Completed(query).IsAnswered, Is.True);
            Assert.That(Completed(session).IsOpen, Is.True);
            Assert.That(Completed(change).IsDone, Is.True);
        }
    }

    /// <summary>Who is told that another leads now, and looks, must not find the leader before.</summary>
    [Test]
    public void Who_hears_that_a_change_has_ended_finds_it_in_the_status()
    {
        var lanes = new VirtualLanes();
        var bench = new ReplicaBench { Lanes = lanes, Time = lanes };
        bench.Engine.OnStep = (input, effects) =>
        {
            if (input is TransferRequested requested)
            {
                bench.Engine.Leader = new NodeId(7);
                effects.CompleteControl(requested.Ticket, ControlResult.Done);
                effects.Raise(new MembershipChanged(ClusterMembership.Empty, LogIndex.Zero));
            }

            return input is TransferRequested;
        };
        var replica = Completed(bench.StartAsync());
        var transfer = replica.TransferLeadershipAsync(new NodeId(7));
        var seen = new List<NodeId>();
        bench.Transport.OnPeers = () =>
        {
            // The last that can be seen from outside before the event publishes the status.
            Assert.That(transfer.IsCompleted, Is.True);
            seen.Add(replica.Status.Leader);
        };

        lanes.RunUntil(() => transfer.IsCompleted);

        Assert.That(seen, Is.EqualTo(new[] { new NodeId(7) }));
    }

    [Test]
    public void A_stop_ends_all_lanes_in_place_and_tells_those_who_wait()
    {
        var lanes = new VirtualLanes();
        var bench = new ReplicaBench { Lanes = lanes, Time = lanes };
        var replica = Completed(bench.StartAsync());
        var waiting = replica.ProposeAsync(new byte[] { 1 });

        Completed(replica.DisposeAsync());

        Assert.That(() => Completed(waiting), Fails.With(ConsensusFailure.Stopped));
    }

    // In real time a command that nobody commits takes five seconds to end.
    [Test]
    public void A_time_limit_passes_in_virtual_time()
    {
        var lanes = new VirtualLanes();
        var bench = new ReplicaBench { Lanes = lanes, Time = lanes };
        bench.Engine.Commits = false;
        var replica = Completed(bench.StartAsync());
        var request = new RequestId(new ClientId(9), 1);
        var command = replica.ProposeAsync(new byte[] { 1 }, new ProposeOptions(Request: request, Timeout: TimeSpan.FromHours(1)));

        lanes.Run(TimeSpan.FromMinutes(59));
        Assert.That(command.IsCompleted, Is.False);
        lanes.Run(TimeSpan.FromMinutes(2));

        Assert.That(Completed(command), Is.EqualTo(ProposeResult.Unknown(RefusalReason.TimedOut)));
    }

    [Test]
    public void A_read_whose_entry_does_not_come_ends_at_its_time_limit()
    {
        var lanes = new VirtualLanes();
        var bench = new ReplicaBench { Lanes = lanes, Time = lanes };
        bench.Engine.OnStep = (input, effects) =>
        {
            if (input is ReadRequested read)
            {
                effects.ConfirmRead(read.Ticket, new LogIndex(1000));
            }

            return input is ReadRequested;
        };
        var replica = Completed(bench.StartAsync());
        var query = replica.QueryAsync(new byte[] { 1 });

        lanes.Run(TimeSpan.FromSeconds(6));

        Assert.That(Completed(query).Refusal, Is.EqualTo(RefusalReason.TimedOut));
    }

    // The core has confirmed it while there was space, and refuses it when it is asked again.
    [Test]
    public void A_read_whose_entry_does_not_come_hears_of_a_full_disk_before_its_time_limit()
    {
        var lanes = new VirtualLanes();
        var bench = new ReplicaBench { Lanes = lanes, Time = lanes };
        bench.Engine.OnStep = (input, effects) =>
        {
            if (input is ReadRequested read && bench.Log.AcceptsWrites)
            {
                effects.ConfirmRead(read.Ticket, new LogIndex(1000));
            }
            else if (input is ReadRequested refused)
            {
                effects.Refuse(refused.Ticket, RefusalReason.StorageFull);
            }

            return input is ReadRequested;
        };
        var replica = Completed(bench.StartAsync());
        var query = replica.QueryAsync(new byte[] { 1 });
        lanes.Run(TimeSpan.FromSeconds(1));
        Assert.That(query.IsCompleted, Is.False);

        bench.Log.AcceptsWrites = false;
        lanes.Run(TimeSpan.FromSeconds(2));

        Assert.That(Completed(query).Refusal, Is.EqualTo(RefusalReason.StorageFull));
    }

    // Its callers would otherwise wait for a session, or for the results of others' leaders, until their time limit.
    [TestCase(true)]
    [TestCase(false)]
    public void A_replica_whose_disk_is_full_refuses_commands_without_its_core_and_takes_them_when_there_is_space(bool isFullAtStart)
    {
        var lanes = new VirtualLanes();
        var bench = new ReplicaBench { Lanes = lanes, Time = lanes };
        var proposed = 0;
        bench.Engine.OnStep = (input, _) =>
        {
            proposed += input is CommandsProposed ? 1 : 0;
            return false;
        };
        bench.Log.AcceptsWrites = !isFullAtStart;
        var replica = Completed(bench.StartAsync());
        bench.Log.AcceptsWrites = false;
        lanes.Run(TimeSpan.FromSeconds(isFullAtStart ? 0 : 2));
        var refused = replica.ProposeAsync(new byte[1]);
        lanes.Run(TimeSpan.FromSeconds(1));
        Assert.That(Completed(refused), Is.EqualTo(ProposeResult.Refused(RefusalReason.StorageFull)));
        Assert.That(proposed, Is.Zero);

        bench.Log.AcceptsWrites = true;
        lanes.Run(TimeSpan.FromSeconds(2));
        var taken = replica.ProposeAsync(new byte[1]);
        lanes.Run(TimeSpan.FromSeconds(1));
        Assert.That(Completed(taken).IsApplied, Is.True);
    }

    // A leader whose log has grown to its bound takes no command before the log is cut, which waits for a snapshot.
    [Test]
    public void A_snapshot_that_there_was_no_space_for_is_taken_without_another_command()
    {
        var lanes = new VirtualLanes();
        var bench = new ReplicaBench { Lanes = lanes, Time = lanes, Options = new ReplicaOptions { Snapshots = new SnapshotPolicy(1, 1) } };
        var attempts = new List<long>();
        bench.Snapshots.OnSave = () =>
        {
            attempts.Add(lanes.GetTimestamp() / TimeSpan.TicksPerSecond);
            if (attempts.Count < 4)
            {
                throw new SnapshotSpaceException("full");
            }
        };
        var replica = Completed(bench.StartAsync());
        var command = replica.ProposeAsync(new byte[1]);
        lanes.RunUntil(() => command.IsCompleted);
        lanes.Run(TimeSpan.FromMinutes(1));

        Assert.That(replica.Status.SnapshotIndex, Is.EqualTo(replica.Status.CommitIndex));
        Assert.That(attempts, Has.Count.EqualTo(4).And.Ordered, "not again once it is saved");
        Assert.That(attempts[3] - attempts[2], Is.GreaterThan(attempts[1] - attempts[0]), "ever more rarely");
    }

    // Whatever fails on the way down: the end is announced, and nothing stays open.
    [Test]
    public async Task A_stop_reaches_its_end_though_a_snapshot_cannot_be_disposed_of()
    {
        var lanes = new VirtualLanes { TellsFailures = false };
        var bench = new ReplicaBench { Lanes = lanes, Time = lanes, Options = new ReplicaOptions { Snapshots = new SnapshotPolicy(1, 1) } };
        bench.State.OnCapture = static () => new Stubborn();
        bench.Snapshots.OnStoreChunk = static _ => throw new IOException("the files' lane ends here");
        bench.Engine.OnStep = static (input, effects) =>
        {
            if (input is TransferRequested)
            {
                effects.Request(new StoreSnapshotChunk(new NodeId(2), TestEntries.Snapshot(5, default), 0, default));
            }

            return false;
        };
        var replica = Completed(bench.StartAsync());
        var transfer = replica.TransferLeadershipAsync(NodeId.None);
        lanes.RunUntil(() => transfer.IsCompleted && lanes.Failures.Count == 1);
        var command = replica.ProposeAsync(new byte[] { 1 });
        lanes.RunUntil(() => command.IsCompleted);
        lanes.Run(TimeSpan.FromSeconds(1));

        await Assert.ThatAsync(() => replica.DisposeAsync().AsTask(), Throws.TypeOf<NotSupportedException>());

        // Nobody takes turns any more: whoever comes now would wait for ever if the door were open.
        Assert.That(() => Completed(replica.TransferLeadershipAsync(NodeId.None)), Fails.With(ConsensusFailure.Stopped));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(replica.Stopped.IsCompleted, Is.True);
            Assert.That(replica.Status.Role, Is.EqualTo(ReplicaRole.Stopped));
            Assert.That(bench.Log.IsDisposed && bench.Snapshots.IsDisposed && bench.Transport.IsDisposed, Is.True);
        }
    }

    private static string Run(ulong seed)
    {
        var lanes = new VirtualLanes(seed);
        var trace = new System.Text.StringBuilder();
        var bench = new ReplicaBench { Lanes = lanes, Time = lanes };
        bench.Engine.OnStep = (input, _) =>
        {
            trace.Append(lanes.GetTimestamp()).Append(' ').Append(input).Append('\n');
            return false;
        };
        var replica = Completed(bench.StartAsync());
        for (var round = 0; round < 25; round++)
        {
            var commands = Enumerable.Range(0, 8).Select(client => replica.ProposeAsync(new[] { (byte)round, (byte)client })).ToArray();
            lanes.RunUntil(() => commands.All(command => command.IsCompleted));
            trace.AppendJoin('\n', commands.Select(Completed)).Append(" at ").Append(lanes.GetTimestamp()).Append('\n');
        }

        Completed(replica.DisposeAsync());
        return trace.ToString();
    }

    private sealed class Stubborn : IStateSnapshot
    {
        public void WriteTo(Stream destination)
        {
        }

        public void Dispose() => throw new NotSupportedException("a state machine with a bug");
    }

    /// <summary>Takes a result that is there: nothing of a replica in virtual time is to be waited for.</summary>
    private static T Completed<T>(ValueTask<T> task)
    {
        Assert.That(task.IsCompleted, Is.True);
        return task.GetAwaiter().GetResult();
    }

    private static void Completed(ValueTask task)
    {
        Assert.That(task.IsCompleted, Is.True);
        task.GetAwaiter().GetResult();
    }
}
