using Consensus.Engine;
using Consensus.Replication.Sessions;
using Consensus.Replication.Tests.State;

namespace Consensus.Replication.Tests.Sessions;

public sealed class SessionedStateMachineTests
{
    private const int WindowMax = 16_384;

    [Test]
    public void A_retry_returns_the_first_result_and_has_no_effect()
    {
        var replica = new SessionedReplica();
        var client = replica.Open();
        var first = replica.Do(client, 1, "once");
        replica.Do(client, 2, "between");

        var retry = replica.Do(client, 1, "once");

        Assert.That(retry.Outcome, Is.EqualTo(CommandOutcome.Applied));
        Assert.That(retry.Index, Is.EqualTo(first.Index));
        Assert.That(retry.Result.ToArray(), Is.EqualTo(first.Result.ToArray()));
        Assert.That(replica.Machine.Count, Is.EqualTo(2));
    }

    [Test]
    public void What_became_of_a_request_is_found_without_using_its_session()
    {
        var replica = new SessionedReplica();
        var client = replica.Open();
        var first = replica.Do(client, 1, "R");
        replica.Do(client, 2);
        var before = replica.State.StateHash();

        Assert.That(replica.State.TryFindResult(new RequestId(client, 1), out var found), Is.True);
        Assert.That((found.Outcome, found.Index), Is.EqualTo((CommandOutcome.Rejected, first.Index)));
        Assert.That(found.Result.ToArray(), Is.EqualTo(first.Result.ToArray()));
        Assert.That(replica.State.TryFindResult(new RequestId(client, 3), out _), Is.False, "not yet");
        Assert.That(replica.State.TryFindResult(new RequestId(new ClientId(99), 1), out _), Is.False, "no such session");
        Assert.That(replica.State.StateHash(), Is.EqualTo(before));

        replica.Do(client, 3, acknowledgedBelow: 2);

        Assert.That(replica.State.TryFindResult(new RequestId(client, 1), out found), Is.True);
        Assert.That(found.Outcome, Is.EqualTo(CommandOutcome.RequestForgotten));
    }

    [Test]
    public void A_rejection_is_remembered_too()
    {
        var replica = new SessionedReplica();
        var client = replica.Open();
        var first = replica.Do(client, 1, "R");
        replica.Do(client, 2);

        var retry = replica.Do(client, 1, "R");

        Assert.That(first.Outcome, Is.EqualTo(CommandOutcome.Rejected));
        Assert.That(retry.Outcome, Is.EqualTo(CommandOutcome.Rejected));
        Assert.That(retry.Result.ToArray(), Is.EqualTo(first.Result.ToArray()), "with the count of the first time");
    }

    [Test]
    public void Commands_may_arrive_in_any_order_within_the_window()
    {
        var replica = new SessionedReplica();
        var client = replica.Open();

        foreach (var sequence in (ulong[])[5, 3, 40, 1, 2, 4])
        {
            Assert.That(replica.Do(client, sequence).Outcome, Is.EqualTo(CommandOutcome.Applied));
        }

        Assert.That(replica.Do(client, 40).Index, Is.EqualTo(new LogIndex(4)));
        Assert.That(replica.Machine.Count, Is.EqualTo(6));
    }

    [Test]
    public void The_window_has_16384_commands_from_the_first_that_is_not_acknowledged()
    {
        var replica = new SessionedReplica();
        var client = replica.Open();

        Assert.That(replica.Do(client, WindowMax + 1).Outcome, Is.EqualTo(CommandOutcome.RequestBeyondWindow));
        Assert.That(replica.Do(client, WindowMax).Outcome, Is.EqualTo(CommandOutcome.Applied));
        Assert.That(replica.Do(client, WindowMax + 1, acknowledgedBelow: 2).Outcome, Is.EqualTo(CommandOutcome.Applied));
        Assert.That(replica.Do(client, 1).Outcome, Is.EqualTo(CommandOutcome.RequestForgotten));
        Assert.That(replica.Do(client, 2).Outcome, Is.EqualTo(CommandOutcome.Applied));
        Assert.That(replica.Do(client, 0).Outcome, Is.EqualTo(CommandOutcome.RequestForgotten));
        Assert.That(replica.Do(client, WindowMax).Index, Is.EqualTo(new LogIndex(3)), "kept when the ring grew");
        Assert.That(replica.Machine.Count, Is.EqualTo(3));
    }

    [Test]
    public void A_number_at_the_very_end_of_its_range_does_no_harm()
    {
        var replica = new SessionedReplica();
        var client = replica.Open();

        replica.Do(client, ulong.MaxValue, acknowledgedBelow: ulong.MaxValue - 5);
        replica.Do(client, ulong.MaxValue - 1, acknowledgedBelow: ulong.MaxValue - 5);
        replica.Do(client, ulong.MaxValue, acknowledgedBelow: ulong.MaxValue);

        Assert.That(replica.Restored().State.StateHash(), Is.EqualTo(replica.State.StateHash()));
    }

    [Test]
    public void A_session_that_nobody_opened_is_unknown()
    {
        var replica = new SessionedReplica();
        replica.Open();

        Assert.That(replica.Do(new ClientId(99), 1).Outcome, Is.EqualTo(CommandOutcome.SessionExpired));
        Assert.That(replica.Machine.Count, Is.Zero);
    }

    [Test]
    public void Beyond_the_bound_the_session_used_longest_ago_is_closed_and_stays_closed()
    {
        var replica = new SessionedReplica(sessionsMax: 3);
        var (first, second, third) = (replica.Open(), replica.Open(), replica.Open());
        replica.Do(first, 1);
        var fourth = replica.Open();

        Assert.That(replica.Do(second, 1).Outcome, Is.EqualTo(CommandOutcome.SessionExpired), "its retry must not open it again");
        foreach (var client in (ClientId[])[first, third, fourth])
        {
            Assert.That(replica.Do(client, 2).Outcome, Is.EqualTo(CommandOutcome.Applied));
        }
    }

    [Test]
    public void A_restored_replica_goes_on_exactly_as_the_first([Range(1, 10)] int seed)
    {
        var random = new Random(seed);
        var replica = new SessionedReplica(sessionsMax: 5);
        var twin = new SessionedReplica(sessionsMax: 5);
        var opened = 0UL;
        for (var step = 0; step < 600; step++)
        {
            byte[] payload;
            if (random.Next(20) == 0 || step == 0)
            {
                payload = SessionedReplica.Payload(CommandKind.OpenSession, default, (ulong)step, 0, default);
                opened = replica.Index + 1;
            }
            else
            {
                var client = new ClientId(opened - Math.Min(opened - 1, (ulong)random.Next(60)));
                var sequence = (ulong)random.Next(40);
                var body = new byte[random.Next(5)];
                random.NextBytes(body);
                payload = SessionedReplica.Payload(CommandKind.Command, client, sequence, (ulong)random.Next(10), body);
            }

            var (one, other) = (replica.Apply(payload), twin.Apply(payload));
            Assert.That((other.Request, other.Outcome, other.Index), Is.EqualTo((one.Request, one.Outcome, one.Index)), $"seed {seed}, step {step}");
            Assert.That(other.Result.ToArray(), Is.EqualTo(one.Result.ToArray()), $"seed {seed}, step {step}");
            if (random.Next(15) == 0)
            {
                Assert.That(twin.State.StateHash(), Is.EqualTo(replica.State.StateHash()), $"seed {seed}, step {step}");
                twin = replica.Restored();
                Assert.That(twin.State.StateHash(), Is.EqualTo(replica.State.StateHash()), $"seed {seed}, step {step}");
                Assert.That(twin.Snapshot(), Is.EqualTo(replica.Snapshot()), $"seed {seed}, step {step}");
            }
        }
    }

    [Test]
    public void Sessions_are_part_of_the_hash()
    {
        var (one, other) = (new SessionedReplica(), new SessionedReplica());
        var client = one.Open();
        other.Open();
        one.Do(client, 1, "R");
        other.Do(client, 2, "R");

        Assert.That(other.State.StateHash(), Is.Not.EqualTo(one.State.StateHash()));
    }

    [Test]
    public void A_captured_snapshot_is_of_its_moment()
    {
        var replica = new SessionedReplica();
        var client = replica.Open();
        replica.Do(client, 1);
        var expected = replica.Snapshot();
        using var captured = replica.State.CaptureSnapshot();
        replica.Do(client, 2);

        using var stream = new MemoryStream();
        captured.WriteTo(stream);

        Assert.That(stream.ToArray(), Is.EqualTo(expected));
    }

    [Test]
    public void Any_payload_is_answered_and_two_replicas_answer_alike([Range(1, 5)] int seed)
    {
        var random = new Random(seed);
        var (one, other) = (new SessionedReplica(4), new SessionedReplica(4));
        for (var step = 0; step < 1000; step++)
        {
            var client = new ClientId(one.Index - Math.Min(one.Index, (ulong)random.Next(8)));
            var payload = SessionedReplica.Payload((CommandKind)random.Next(4), client, (ulong)random.Next(9), (ulong)random.Next(5), Trees.Random(random, random.Next(4)));
            if (random.Next(3) == 0)
            {
                payload[random.Next(payload.Length)] = (byte)random.Next(256);
                payload = payload[..^random.Next(payload.Length)];
            }

            var (first, second) = (one.Apply(payload), other.Apply(payload));
            Assert.That((second.Request, second.Outcome, second.Index), Is.EqualTo((first.Request, first.Outcome, first.Index)), $"seed {seed}, step {step}");
            Assert.That(second.Result.Span.SequenceEqual(first.Result.Span), $"seed {seed}, step {step}");
            Assert.That(other.State.StateHash(), Is.EqualTo(one.State.StateHash()), $"seed {seed}, step {step}");
        }

        Assert.That(one.Machine.Count, Is.GreaterThan(0), "some must get through for this to be a test");
    }

    [Test]
    public void Every_truncation_of_a_snapshot_is_refused_and_the_state_is_as_it_was()
    {
        var bytes = Sample().Snapshot();
        var target = new SessionedReplica();
        target.Do(target.Open(), 1);
        var before = target.State.StateHash();

        for (var length = 0; length < bytes.Length; length++)
        {
            var exception = Assert.Throws<ConsensusException>(() => target.State.Restore(new MemoryStream(bytes[..length])));
            Assert.That(exception.Reason, Is.EqualTo(ConsensusFailure.SnapshotInvalid));
            Assert.That(target.State.StateHash(), Is.EqualTo(before), $"cut to {length} bytes");
        }
    }

    [Test]
    public void A_damaged_session_table_is_refused_or_is_the_one_form_of_another([Range(1, 5)] int seed)
    {
        var random = new Random(seed);
        var valid = Sample().Snapshot();
        for (var round = 0; round < 500; round++)
        {
            var bytes = (byte[])valid.Clone();
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var target = new SessionedReplica();
            try
            {
                target.State.Restore(new MemoryStream(bytes));
                Assert.That(target.Snapshot(), Is.EqualTo(bytes), $"seed {seed}, round {round}");
            }
            catch (ConsensusException exception)
            {
                Assert.That(exception.Reason, Is.EqualTo(ConsensusFailure.SnapshotInvalid), $"seed {seed}, round {round}");
            }
        }
    }

    [Test]
    public void A_snapshot_with_more_sessions_than_allowed_is_refused()
    {
        var bytes = Sample().Snapshot();

        Assert.Throws<ConsensusException>(() => new SessionedReplica(sessionsMax: 2).State.Restore(new MemoryStream(bytes)));
    }

    [TestCase(0, 1 << 20, 1 << 20, "SessionsMax is 0; allowed: 1 to 1,000,000.")]
    [TestCase(1_000_001, 1 << 20, 1 << 20, "SessionsMax is 1000001; allowed: 1 to 1,000,000.")]
    [TestCase(1, 65_535, 1 << 20, "ResultBytesMax is 65535; allowed: 65,536 to 68,719,476,736.")]
    [TestCase(1, 1 << 20, (1L << 36) + 1, "ResultBytesPerSessionMax is 68719476737; allowed: 65,536 to 68,719,476,736.")]
    public void Settings_outside_their_bounds_are_refused(int sessionsMax, long bytesMax, long bytesPerSessionMax, string message)
    {
        var options = new SessionOptions { SessionsMax = sessionsMax, ResultBytesMax = bytesMax, ResultBytesPerSessionMax = bytesPerSessionMax };

        var exception = Assert.Throws<ConsensusException>(() => _ = new SessionedStateMachine(new CountingMachine(), options, new ClientSignatures(SessionedReplica.Cluster, SessionedReplica.Keys)));

        Assert.That(exception.Reason, Is.EqualTo(ConsensusFailure.InvalidConfiguration));
        Assert.That(exception.Message, Is.EqualTo(message));
    }

    private static SessionedReplica Sample()
    {
        var replica = new SessionedReplica();
        for (var session = 0; session < 3; session++)
        {
            var client = replica.Open();
            for (ulong sequence = 1; sequence < 6; sequence++)
            {
                replica.Do(client, sequence, sequence == 3 ? "R" : "body", acknowledgedBelow: 2);
            }
        }

        return replica;
    }
}
