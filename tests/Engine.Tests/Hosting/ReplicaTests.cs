using static Consensus.Engine.Tests.Hosting.ReplicaBench;

namespace Consensus.Engine.Tests.Hosting;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ReplicaTests
{
    private readonly ReplicaBench _bench = new();

    [Test]
    public async Task A_command_gets_its_result_and_a_read_after_it_shows_it()
    {
        await using var replica = await _bench.StartAsync();

        var result = await replica.ProposeAsync(new byte[] { 1, 2 }).AsTask().WaitAsync(Hang);
        var barrier = await replica.ReadBarrierAsync().AsTask().WaitAsync(Hang);
        var query = await replica.QueryAsync(new byte[] { 9 }).AsTask().WaitAsync(Hang);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.IsApplied, Is.True);
            Assert.That(result.Result.ToArray(), Is.EqualTo(new byte[] { 1, 2 }));
            Assert.That(barrier.Index, Is.GreaterThanOrEqualTo(result.Index));
            Assert.That(query.Result.ToArray(), Is.EqualTo(new byte[] { 9 }));
            Assert.That(replica.Status.AppliedIndex, Is.GreaterThanOrEqualTo(result.Index));
            Assert.That(replica.Status.Algorithm, Is.EqualTo("solo"));
        }
    }

    [Test]
    public async Task A_stale_query_needs_no_barrier()
    {
        _bench.Engine.OnStep = (input, _) => input is ReadRequested;
        await using var replica = await _bench.StartAsync();

        var query = await replica.QueryAsync(new byte[] { 9 }, ReadConsistency.Stale).AsTask().WaitAsync(Hang);

        Assert.That(query.IsAnswered, Is.True);
    }

    [Test]
    public async Task A_session_that_a_caller_opens_is_the_index_of_its_entry()
    {
        await using var replica = await _bench.StartAsync();

        var session = await replica.OpenSessionAsync().AsTask().WaitAsync(Hang);
        var result = await replica.ProposeAsync(new byte[] { 7 }, new ProposeOptions(Request: new RequestId(session.Client, 1))).AsTask().WaitAsync(Hang);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(session.IsOpen, Is.True);
            Assert.That(result.Index.Value, Is.GreaterThan(session.Client.Value));
        }
    }

    // Whoever reads the log sees the numbers under which sessions were asked for.
    [Test]
    public async Task The_numbers_of_openings_differ_by_nothing_that_tells_the_next_and_are_the_same_for_the_same_seed()
    {
        var first = await OpeningsAsync(new ReplicaBench());
        var again = await OpeningsAsync(new ReplicaBench());

        var steps = first.Zip(first.Skip(1), (number, next) => unchecked(next - number)).ToArray();
        Assert.That(steps, Is.Unique);
        Assert.That(steps.Select(step => Math.Min(step, unchecked(0UL - step))), Is.All.GreaterThan(1UL << 32));
        Assert.That(first.Select(number => number % 2), Is.All.Zero, "those of the replica's own session are odd");
        Assert.That(again, Is.EqualTo(first));
    }

    [Test]
    public async Task A_command_beyond_the_limit_is_refused_with_the_reason()
    {
        var bench = new ReplicaBench { Options = new ReplicaOptions { CommandBytesMax = 10 } };
        await using var replica = await bench.StartAsync();

        var result = await replica.ProposeAsync(new byte[11]);

        Assert.That(result, Is.EqualTo(ProposeResult.Refused(RefusalReason.CommandTooLarge)));
    }

    [Test]
    public async Task More_commands_and_reads_than_may_wait_are_refused_as_overload()
    {
        var bench = new ReplicaBench { Options = new ReplicaOptions { QueuedOperationsMax = 2 } };
        bench.Engine.Commits = false;
        bench.Engine.OnStep = (input, _) => input is ReadRequested;
        var replica = await bench.StartAsync();
        await using (replica)
        {
            var commands = Enumerable.Range(0, 3).Select(_ => replica.ProposeAsync(new byte[1]).AsTask()).ToArray();
            var reads = Enumerable.Range(0, 3).Select(_ => replica.ReadBarrierAsync().AsTask()).ToArray();

            using (Assert.EnterMultipleScope())
            {
                Assert.That(await commands[2], Is.EqualTo(ProposeResult.Refused(RefusalReason.Overloaded)));
                Assert.That((await reads[2]).Refusal, Is.EqualTo(RefusalReason.Overloaded));
                Assert.That(commands[..2].Any(task => task.IsCompleted), Is.False);
            }
        }
    }

    [Test]
    public async Task Cancelled_reads_make_room_at_once()
    {
        var bench = new ReplicaBench { Options = new ReplicaOptions { QueuedOperationsMax = 1 } };
        bench.Engine.OnStep = (input, _) => input is ReadRequested;
        await using var replica = await bench.StartAsync();
        for (var i = 0; i < 100; i++)
        {
            using var cancellation = new CancellationTokenSource();
            var read = replica.ReadBarrierAsync(cancellation.Token).AsTask();
            await cancellation.CancelAsync();
            await Assert.ThatAsync(() => read, Throws.InstanceOf<OperationCanceledException>());
        }
    }

    // One caller's bad query must not stop the replica for all.
    [Test]
    public async Task A_query_at_which_the_state_machine_throws_fails_and_the_replica_goes_on()
    {
        _bench.State.OnQuery = () => throw new FormatException("bad query");
        await using var replica = await _bench.StartAsync();

        await Assert.ThatAsync(() => replica.QueryAsync(new byte[1]).AsTask().WaitAsync(Hang), Fails.With(ConsensusFailure.StateMachineFailed));

        Assert.That((await replica.ProposeAsync(new byte[1]).AsTask().WaitAsync(Hang)).IsApplied, Is.True);
    }

    [Test]
    public async Task Membership_changes_and_transfers_end_as_the_core_says()
    {
        await using var replica = await _bench.StartAsync();

        var change = await replica.ChangeMembershipAsync(MembershipChange.None.Remove(new NodeId(2))).AsTask().WaitAsync(Hang);
        var transfer = await replica.TransferLeadershipAsync(NodeId.None).AsTask().WaitAsync(Hang);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(change.IsDone, Is.True);
            Assert.That(transfer.Refusal, Is.EqualTo(RefusalReason.NotSupported));
        }
    }

    [Test]
    public async Task A_change_that_nobody_answers_ends()
    {
        var bench = new ReplicaBench { Options = new ReplicaOptions { ControlTimeout = TimeSpan.FromMilliseconds(1) } };
        bench.Engine.OnStep = (input, _) => input is MembershipChangeRequested;
        await using var replica = await bench.StartAsync();

        var result = await replica.ChangeMembershipAsync(MembershipChange.None).AsTask().WaitAsync(Hang);

        Assert.That(result.Refusal, Is.EqualTo(RefusalReason.TimedOut));
    }

    [Test]
    public async Task Changes_that_wait_are_bounded_and_cancelled_ones_make_room()
    {
        _bench.Engine.OnStep = (input, _) => input is MembershipChangeRequested;
        var replica = await _bench.StartAsync();
        await using (replica)
        {
            using var cancellation = new CancellationTokenSource();
            var waiting = Enumerable.Range(0, 64).Select(_ => replica.ChangeMembershipAsync(MembershipChange.None, cancellation.Token).AsTask()).ToArray();
            var refused = await replica.ChangeMembershipAsync(MembershipChange.None).AsTask().WaitAsync(Hang);
            Assert.That(refused.Refusal, Is.EqualTo(RefusalReason.Overloaded));

            await cancellation.CancelAsync();
            _ = waiting;
            var transfer = await replica.TransferLeadershipAsync(NodeId.None).AsTask().WaitAsync(Hang);

            Assert.That(transfer.Refusal, Is.EqualTo(RefusalReason.NotSupported), "it reached the core");
        }
    }

    [Test]
    public async Task A_full_disk_refuses_writes_and_serves_reads_until_there_is_space_again()
    {
        using var reclaim = new ManualResetEventSlim();
        _bench.Log.OnReclaim = log => log.AcceptsWrites = reclaim.IsSet;
        await using var replica = await _bench.StartAsync();
        _ = await replica.ProposeAsync(new byte[1]).AsTask().WaitAsync(Hang);
        await using var events = replica.EventsAsync().GetAsyncEnumerator();
        _bench.Log.AcceptsWrites = false;

        Assert.That((await replica.QueryAsync(new byte[] { 5 }).AsTask().WaitAsync(Hang)).IsAnswered, Is.True);
        Assert.That(await replica.ProposeAsync(new byte[1]).AsTask().WaitAsync(Hang), Is.EqualTo(ProposeResult.Refused(RefusalReason.StorageFull)));
        Assert.That(await events.MoveNextAsync().AsTask().WaitAsync(Hang), Is.True);
        Assert.That(events.Current, Is.TypeOf<WritesSuspended>());
        Assert.That(replica.Status.AcceptsWrites, Is.False);

        reclaim.Set();
        Assert.That(await events.MoveNextAsync().AsTask().WaitAsync(Hang), Is.True);
        Assert.That(events.Current, Is.TypeOf<WritesResumed>());
        Assert.That((await replica.ProposeAsync(new byte[1]).AsTask().WaitAsync(Hang)).IsApplied, Is.True);
    }

    [Test]
    public async Task A_frame_that_is_no_message_is_refused_and_a_message_reaches_the_core()
    {
        var seen = new TaskCompletionSource<NodeId>();
        _bench.Engine.OnStep = (input, _) => input is MessageReceived message && seen.TrySetResult(message.Message.Sender);
        await using var replica = await _bench.StartAsync();

        Assert.That(await _bench.Transport.ReceiveAsync(0), Is.False);
        Assert.That(await _bench.Transport.ReceiveAsync(1), Is.True);
        Assert.That(await seen.Task.WaitAsync(Hang), Is.EqualTo(new NodeId(2)));
        await Assert.ThatAsync(() => _bench.Transport.ReceiveAsync(2), Throws.InvalidOperationException, "a bug in the codec is not hidden");
    }

    [Test]
    public async Task A_refused_frame_is_counted_and_told_with_its_sender_and_the_reason()
    {
        await using var replica = await _bench.StartAsync();
        await using var events = replica.EventsAsync().GetAsyncEnumerator();

        await _bench.Transport.ReceiveAsync(0);
        await _bench.Transport.ReceiveAsync(1);

        Assert.That(await events.MoveNextAsync().AsTask().WaitAsync(Hang), Is.True);
        Assert.That(events.Current, Is.EqualTo(new MessageRejected(new NodeId(2), "The first byte is not 1.", 0)));
        Assert.That(replica.GetMetrics().MessagesRejected, Is.EqualTo(1));
    }

    [Test]
    public async Task A_refused_frame_of_a_member_reaches_the_core_and_one_of_anybody_else_does_not()
    {
        var rejected = new List<MessagesRejected>();
        using var seen = new SemaphoreSlim(0);
        _bench.Engine.Membership = new ClusterMembership([new Member(new NodeId(1), "a"), new Member(new NodeId(2), "b")], []);
        _bench.Engine.OnStep = (input, _) =>
        {
            if (input is MessagesRejected rejection)
            {
                rejected.Add(rejection);
                seen.Release();
            }

            return false;
        };
        await using var replica = await _bench.StartAsync();

        await _bench.Transport.ReceiveFromAsync(new NodeId(3), 0);
        await _bench.Transport.ReceiveFromAsync(new NodeId(2), 1);
        await _bench.Transport.ReceiveFromAsync(new NodeId(2), 3);
        await _bench.Transport.ReceiveFromAsync(new NodeId(2), 0);
        Assert.That(await seen.WaitAsync(Hang), Is.True);
        await replica.ProposeAsync(new byte[1]).AsTask().WaitAsync(Hang);

        Assert.That(rejected, Is.EqualTo(new[] { new MessagesRejected(new NodeId(2), 1) }));
    }

    [Test]
    public async Task A_message_that_nobody_needs_is_dropped_and_not_held_against_its_sender()
    {
        var seen = 0;
        _bench.Engine.OnStep = (input, _) => input is MessageReceived && Interlocked.Increment(ref seen) > 0;
        await using var replica = await _bench.StartAsync();

        Assert.That(await _bench.Transport.ReceiveAsync(3), Is.True, "the connection stays");
        await replica.ProposeAsync(new byte[1]).AsTask().WaitAsync(Hang);

        Assert.That((replica.GetMetrics().MessagesRejected, Volatile.Read(ref seen)), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task A_flood_of_frames_is_held_up_until_the_loop_has_caught_up()
    {
        var bench = new ReplicaBench { Options = new ReplicaOptions { ReceivedBytesMax = 1024 * 1024 } };
        using var isStepped = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        bench.Engine.OnStep = (input, _) =>
        {
            isStepped.Set();
            goOn.Wait();
            return false;
        };
        var replica = await bench.StartAsync();
        await using (replica)
        {
            var frame = new byte[256 * 1024];
            frame[0] = 1;

            // On a thread of its own, as a connection's: it may take the loop's turn.
            var first = Task.Run(() => bench.Transport.ReceiveAsync(frame));
            Assert.That(isStepped.Wait(Hang), Is.True);
            var frames = Enumerable.Range(0, 5).Select(_ => bench.Transport.ReceiveAsync(frame)).ToArray();
            Assert.That(frames.Select(task => task.IsCompleted), Is.EqualTo(new[] { true, true, true, false, false }));

            goOn.Set();

            Assert.That(await Task.WhenAll([first, .. frames]).WaitAsync(Hang), Is.All.True);
        }
    }

    [Test]
    public async Task A_peer_that_sends_many_small_frames_is_held_up_and_others_are_not()
    {
        using var isStepped = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        _bench.Engine.OnStep = (_, _) =>
        {
            isStepped.Set();
            goOn.Wait();
            return false;
        };
        var replica = await _bench.StartAsync();
        await using (replica)
        {
            var first = Task.Run(() => _bench.Transport.ReceiveAsync(1));
            Assert.That(isStepped.Wait(Hang), Is.True);
            var flood = Enumerable.Range(0, LoopInbox.FramesPerPeerMax).Select(_ => _bench.Transport.ReceiveAsync(1)).ToArray();
            var other = _bench.Transport.ReceiveFromAsync(new NodeId(3), 1);
            Assert.That(flood.Count(task => !task.IsCompleted), Is.EqualTo(1), "the first is being looked at");
            Assert.That(flood[^1].IsCompleted, Is.False);
            Assert.That(other.IsCompleted, Is.True);

            goOn.Set();

            Assert.That(await Task.WhenAll([first, other, .. flood]).WaitAsync(Hang), Is.All.True);
        }
    }

    [Test]
    public async Task Many_large_proposals_reach_the_core_in_steps_that_fit_in_a_message()
    {
        var sizes = new List<int>();
        using var goOn = new ManualResetEventSlim();
        _bench.Engine.OnStep = (input, _) =>
        {
            if (input is MembershipChangeRequested)
            {
                goOn.Wait();
            }
            else if (input is CommandsProposed proposed)
            {
                sizes.Add(proposed.Proposals.ToArray().Sum(proposal => proposal.Payload.Length));
            }

            return false;
        };
        await using var replica = await _bench.StartAsync();
        _ = await replica.ProposeAsync(new byte[1]).AsTask().WaitAsync(Hang);
        var block = replica.ChangeMembershipAsync(MembershipChange.None).AsTask();
        var commands = Enumerable.Range(0, 20).Select(_ => replica.ProposeAsync(new byte[300_000]).AsTask()).ToArray();
        goOn.Set();

        Assert.That((await Task.WhenAll(commands).WaitAsync(Hang)).Select(result => result.IsApplied), Is.All.True);
        await block;
        Assert.That(sizes, Is.All.LessThanOrEqualTo(1024 * 1024));
    }

    /// <summary>The numbers under which a replica asks for sessions that its callers open.</summary>
    private static async Task<ulong[]> OpeningsAsync(ReplicaBench bench)
    {
        var numbers = new List<ulong>();
        bench.Engine.OnStep = (input, _) =>
        {
            if (input is CommandsProposed proposed)
            {
                foreach (ref readonly var proposal in proposed.Proposals.Span)
                {
                    Assert.That(CommandEnvelope.TryRead(proposal.Payload.Span, out var envelope), Is.True);
                    numbers.Add(envelope.Request.Sequence);
                }
            }

            return false;
        };
        await using var replica = await bench.StartAsync();
        for (var i = 0; i < 8; i++)
        {
            Assert.That((await replica.OpenSessionAsync().AsTask().WaitAsync(Hang)).IsOpen, Is.True);
        }

        return [.. numbers];
    }
}
