using Consensus.Engine;
using Consensus.Replication.Sessions;

namespace Consensus.Replication.Tests.Sessions;

/// <summary>What sessions may keep, and what it takes in memory.</summary>
public sealed class SessionBoundsTests
{
    private const int WindowMax = 16_384;
    private const int BytesMax = 64 * 1024;

    [Test]
    public void A_number_at_the_windows_end_takes_no_more_memory_than_any_other()
    {
        var first = AllocatedByOneCommand(1);
        var last = AllocatedByOneCommand(WindowMax);

        Assert.That(last, Is.EqualTo(first).Within(1024), "bytes allocated");
        Assert.That(first, Is.LessThan(4096));
    }

    [Test]
    public void A_session_whose_results_count_too_much_is_closed_and_the_others_stay()
    {
        var replica = new SessionedReplica(new SessionOptions { ResultBytesPerSessionMax = BytesMax });
        var (large, small) = (replica.Open(), replica.Open());
        replica.Do(small, 1);
        var body = new string('x', 1000);
        ulong sequence = 0;
        for (var counted = 0; counted <= BytesMax; counted += SessionOptions.ResultOverheadBytes + 4 + body.Length)
        {
            Assert.That(replica.Do(large, ++sequence, body).Outcome, Is.EqualTo(CommandOutcome.Applied), "the last one too: it has taken effect");
        }

        Assert.That(replica.Do(large, sequence, body).Outcome, Is.EqualTo(CommandOutcome.SessionExpired), "its retry must not be applied again");
        Assert.That(replica.Do(small, 1).Index, Is.EqualTo(new LogIndex(3)), "the first result");
        Assert.That(replica.Machine.Count, Is.EqualTo(1 + (int)sequence));
    }

    [Test]
    public void A_session_that_acknowledges_stays_within_its_bound_for_ever()
    {
        var replica = new SessionedReplica(new SessionOptions { ResultBytesPerSessionMax = BytesMax, ResultBytesMax = BytesMax });
        var client = replica.Open();
        var body = new string('x', 1000);
        for (ulong sequence = 1; sequence < 1000; sequence++)
        {
            Assert.That(replica.Do(client, sequence, body, acknowledgedBelow: sequence > 40 ? sequence - 40 : 0).Outcome, Is.EqualTo(CommandOutcome.Applied));
        }
    }

    [Test]
    public void When_all_results_count_too_much_the_sessions_used_longest_ago_are_closed()
    {
        var replica = new SessionedReplica(new SessionOptions { ResultBytesMax = BytesMax });
        var (first, second, third) = (replica.Open(), replica.Open(), replica.Open());
        var body = new string('x', 20_000);
        foreach (var client in (ClientId[])[first, second, third])
        {
            replica.Do(client, 1, body);
        }

        replica.Do(first, 2, acknowledgedBelow: 0);
        replica.Do(third, 2, body);

        Assert.That(replica.Do(second, 1).Outcome, Is.EqualTo(CommandOutcome.SessionExpired));
        Assert.That(replica.Do(first, 2).Index, Is.EqualTo(new LogIndex(7)));
        Assert.That(replica.Do(third, 1).Index, Is.EqualTo(new LogIndex(6)));
    }

    [Test]
    public void A_result_that_no_tree_could_hold_is_answered_and_its_session_closed()
    {
        var replica = new SessionedReplica();
        var client = replica.Open();
        var body = new string('x', 16 * 1024 * 1024);

        var applied = replica.Do(client, 1, body);

        Assert.That(applied.Outcome, Is.EqualTo(CommandOutcome.Applied));
        Assert.That(applied.Result.Length, Is.EqualTo(4 + body.Length));
        Assert.That(replica.Do(client, 1, body).Outcome, Is.EqualTo(CommandOutcome.SessionExpired));
        Assert.That(replica.Restored().State.StateHash(), Is.EqualTo(replica.State.StateHash()));
    }

    [Test]
    public void Closing_and_acknowledging_do_not_depend_on_when_a_hash_or_snapshot_was_taken([Range(1, 10)] int seed)
    {
        var random = new Random(seed);
        var options = new SessionOptions { SessionsMax = 6, ResultBytesMax = BytesMax, ResultBytesPerSessionMax = BytesMax };
        var (asked, quiet) = (new SessionedReplica(options), new SessionedReplica(options));
        var opened = new List<ClientId>();
        var closed = 0;
        for (var step = 0; step < 800; step++)
        {
            if (opened.Count == 0 || random.Next(40) == 0)
            {
                opened.Add(asked.Open());
                quiet.Open();
            }

            var client = opened[^Math.Min(opened.Count, 1 + random.Next(8))];
            var (sequence, below) = ((ulong)random.Next(60), (ulong)random.Next(30));
            var body = new string('x', random.Next(4) == 0 ? random.Next(8000) : 3);
            var (one, other) = (asked.Do(client, sequence, body, below), quiet.Do(client, sequence, body, below));
            Assert.That((one.Outcome, one.Index), Is.EqualTo((other.Outcome, other.Index)), $"seed {seed}, step {step}");
            Assert.That(one.Result.Span.SequenceEqual(other.Result.Span), $"seed {seed}, step {step}");
            closed += one.Outcome == CommandOutcome.SessionExpired ? 1 : 0;
            if (random.Next(5) == 0)
            {
                asked.State.StateHash();
                asked.State.CaptureSnapshot().Dispose();
            }
        }

        Assert.That(closed, Is.Positive, "some must be closed for this to be a test");
        Assert.That(asked.State.StateHash(), Is.EqualTo(quiet.State.StateHash()), $"seed {seed}");
        Assert.That(asked.Snapshot(), Is.EqualTo(quiet.Snapshot()), $"seed {seed}");
        Assert.That(asked.Restored().State.StateHash(), Is.EqualTo(quiet.State.StateHash()), $"seed {seed}");
    }

    [Test]
    public void A_snapshot_that_keeps_more_than_allowed_is_refused()
    {
        var replica = new SessionedReplica();
        var client = replica.Open();
        replica.Do(client, 1, new string('x', BytesMax));
        var bytes = replica.Snapshot();

        foreach (var options in (SessionOptions[])[new() { ResultBytesMax = BytesMax }, new() { ResultBytesPerSessionMax = BytesMax }])
        {
            var exception = Assert.Throws<ConsensusException>(() => new SessionedReplica(options).State.Restore(new MemoryStream(bytes)));
            Assert.That(exception.Reason, Is.EqualTo(ConsensusFailure.SnapshotInvalid));
            Assert.That(exception.Message, Does.Contain("this replica allows 65536"));
        }
    }

    private static long AllocatedByOneCommand(ulong sequence)
    {
        var replica = new SessionedReplica();
        replica.Do(replica.Open(), sequence);
        var client = replica.Open();
        var before = GC.GetAllocatedBytesForCurrentThread();
        replica.Do(client, sequence);
        replica.State.StateHash();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
