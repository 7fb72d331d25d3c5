using System.Collections.Immutable;
using System.Text;

namespace Consensus.Engine.Tests.Log;

[TestFixture]
public sealed class EntryLogTests
{
    [Test]
    public void A_log_does_what_a_list_of_entries_would_do([Range(1, 12)] int seed)
    {
        var random = new Random(seed);
        var log = Recovered(LogPosition.Origin, []);
        var model = new LogModel();
        var effects = new EffectBuffer(Lsn.Zero);
        var flushed = Lsn.Zero;
        var term = new Term(1);
        for (var step = 0; step < 1500; step++)
        {
            var context = $"seed {seed}, step {step}";
            switch (random.Next(20))
            {
                case < 11:
                    var payload = new byte[random.Next(40) switch { 0 => random.Next(100_000), < 20 => 0, < 30 => random.Next(200), _ => random.Next(9000) }];
                    random.NextBytes(payload);
                    var (kind, time) = ((EntryKind)random.Next(5), new Timestamp(random.NextInt64()));
                    var index = log.Append(term, kind, time, payload, effects);
                    model.Append(term, kind, time, payload, effects.LastLsn);
                    Assert.That(index, Is.EqualTo(model.LastIndex), context);
                    break;
                case 11 when log.LastIndex > log.Base.Index:
                    var first = log.Base.Index + 1 + (ulong)random.NextInt64((long)(log.LastIndex - log.Base.Index));
                    log.Truncate(first, effects);
                    model.Truncate(first);
                    term = term.Next;
                    break;
                case 12 or 13:
                    var covered = log.Base.Index + (ulong)random.NextInt64((long)(log.LastIndex - log.Base.Index) + 1);
                    log.Compact(covered, effects);
                    model.Compact(covered);
                    break;
                case 14 when random.Next(20) == 0:
                    var position = new LogPosition(log.LastIndex + (ulong)random.Next(1, 9), term, new Digest(Enumerable.Repeat((byte)step, 32).ToArray()));
                    log.Rebase(position, effects);
                    model.Rebase(position);
                    break;
                case 15 when log.LastIndex > log.Base.Index:
                    var from = log.Base.Index + 1 + (ulong)random.NextInt64((long)(log.LastIndex - log.Base.Index) + 1);
                    var bytesMax = random.Next(20_000);
                    model.AssertIsSlice(log.Slice(from, bytesMax), from, bytesMax, context);
                    break;
                case > 15:
                    flushed = new Lsn(flushed.Value + (ulong)random.NextInt64((long)(effects.LastLsn.Value - flushed.Value) + 1));
                    log.OnDurable(flushed);
                    model.OnDurable(flushed);
                    break;
            }

            if (step % 25 == 0 || random.Next(10) == 0)
            {
                model.AssertIs(log, context);
                effects.Clear();
            }
        }
    }

    [Test]
    public void The_completion_of_an_overwritten_append_makes_no_newer_entry_durable()
    {
        var effects = new EffectBuffer(Lsn.Zero);
        var log = Filled(3, effects);
        var overwritten = effects.LastLsn;
        log.Truncate(new LogIndex(2), effects);
        log.Append(new Term(2), EntryKind.Command, default, "new"u8, effects);
        log.Append(new Term(2), EntryKind.Command, default, "new"u8, effects);

        log.OnDurable(overwritten);
        Assert.That(log.DurableIndex, Is.EqualTo(new LogIndex(1)));
        log.OnDurable(new Lsn(effects.LastLsn.Value - 1));
        Assert.That(log.DurableIndex, Is.EqualTo(new LogIndex(2)));
        log.OnDurable(effects.LastLsn);
        Assert.That(log.DurableIndex, Is.EqualTo(new LogIndex(3)));
    }

    [Test]
    public void Entries_that_were_durable_are_no_longer_when_they_are_overwritten()
    {
        var effects = new EffectBuffer(Lsn.Zero);
        var log = Filled(3, effects);
        log.OnDurable(effects.LastLsn);
        log.Truncate(new LogIndex(2), effects);
        Assert.That(log.DurableIndex, Is.EqualTo(new LogIndex(1)));
        log.Append(new Term(2), EntryKind.Command, default, default, effects);
        Assert.That(log.DurableIndex, Is.EqualTo(new LogIndex(1)));
    }

    [Test]
    public void Every_change_is_an_effect_on_the_write_ahead_log()
    {
        var effects = new EffectBuffer(new Lsn(70));
        var log = Filled(2, effects);
        log.Truncate(new LogIndex(2), effects);
        log.Compact(new LogIndex(1), effects);
        log.Rebase(new LogPosition(new LogIndex(9), new Term(3), default), effects);

        Assert.That(effects.Records.Select(record => (record.Kind, record.Lsn.Value, record.Entry.Index.Value)), Is.EqualTo(new[]
        {
            (LogRecordKind.Entry, 71UL, 1UL),
            (LogRecordKind.Entry, 72UL, 2UL),
            (LogRecordKind.Truncate, 73UL, 2UL),
            (LogRecordKind.Base, 74UL, 9UL),
        }));
        Assert.That(effects.CompactUpTo, Is.EqualTo(new LogIndex(1)));
    }

    [Test]
    public void A_recovered_log_is_durable_as_a_whole_and_has_the_hash_chain_that_it_had()
    {
        var effects = new EffectBuffer(Lsn.Zero);
        var log = Filled(500, effects);
        log.Compact(new LogIndex(100), effects);
        var entries = log.Slice(new LogIndex(101), int.MaxValue).ToArray();

        var recovered = Recovered(log.Base, entries);

        Assert.That((recovered.Base, recovered.Last, recovered.DurableIndex), Is.EqualTo((log.Base, log.Last, log.LastIndex)));
    }

    [Test]
    public void What_is_not_in_the_log_is_neither_read_nor_truncated()
    {
        var effects = new EffectBuffer(Lsn.Zero);
        var log = Filled(5, effects);
        log.Compact(new LogIndex(3), effects);

        foreach (var index in new ulong[] { 3, 6 })
        {
            var failure = Assert.Throws<ConsensusException>(() => _ = log[new LogIndex(index)]);
            Assert.That(failure!.Reason, Is.EqualTo(ConsensusFailure.InvariantViolated));
            Assert.Throws<ConsensusException>(() => log.Truncate(new LogIndex(index), effects));
        }

        Assert.Throws<ConsensusException>(() => log.Compact(new LogIndex(6), effects));
        Assert.That(log.Slice(new LogIndex(6), 100).IsEmpty);
    }

    [Test]
    public void A_log_in_steady_state_allocates_nothing_for_payloads()
    {
        var effects = new EffectBuffer(Lsn.Zero);
        var log = Filled(0, effects);
        var payload = new byte[1000];
        for (var i = 0; i < 3000; i++)
        {
            Turn();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 3000; i++)
        {
            Turn();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(30_000), "3,000 entries of 1,000 bytes; a collection in between counts for some");

        void Turn()
        {
            log.Append(new Term(1), EntryKind.Command, default, payload, effects);
            log.OnDurable(effects.LastLsn);
            effects.Clear();
            if (log.LastIndex.Value % 100 == 0 && log.LastIndex.Value > 1000)
            {
                log.Compact(log.LastIndex - 500, effects);
            }
        }
    }

    private static EntryLog Filled(int entries, EffectBuffer effects)
    {
        var log = Recovered(LogPosition.Origin, []);
        for (var i = 0; i < entries; i++)
        {
            log.Append(new Term(1), EntryKind.Command, new Timestamp(i), Encoding.UTF8.GetBytes($"entry {i}"), effects);
        }

        return log;
    }

    private static EntryLog Recovered(LogPosition start, IReadOnlyList<LogEntry> entries) => new(new RecoveredState
    {
        Snapshot = null,
        Base = start,
        Entries = entries,
        Slots = ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>>.Empty,
        LastLsn = Lsn.Zero,
        Bootstrap = ClusterMembership.Empty,
        AcceptsWrites = true,
    });
}
