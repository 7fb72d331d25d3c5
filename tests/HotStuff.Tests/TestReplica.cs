using System.Collections.Immutable;
using Consensus.Byzantine.Tests;

namespace Consensus.HotStuff.Tests;

/// <summary>One replica, node 3 of four where nothing else is said, and its disk.</summary>
internal sealed class TestReplica : ReplicaUnderTest<HotStuffCore>
{
    private readonly Group _group;
    private readonly HotStuffOptions _options;
    private readonly List<OutgoingMessage> _sent = [];
    private readonly List<OutgoingMessage> _held = [];
    private readonly List<LogRecord> _staged = [];
    private readonly List<LogEntry> _entries;
    private ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>> _slots;

    public TestReplica(uint id = 3, HotStuffOptions? options = null, Group? group = null, RecoveredState? recovered = null, long clockStart = 0)
        : base(new HotStuffEngine(options ?? Group.Options, (group ?? Group.Four).Identity(id)), id, recovered ?? EmptyDisk.Found, clockStart)
    {
        _group = group ?? Group.Four;
        _options = options ?? Group.Options;
        _entries = [.. recovered?.Entries ?? []];
        _slots = (recovered ?? EmptyDisk.Found).Slots;
        Step(TimePassed.Instance);
    }

    public HotStuffState State => Core.State;

    /// <inheritdoc/>
    public override IReadOnlyList<OutgoingMessage> Sent => _sent;

    public List<ConsensusEvent> Events { get; } = [];

    public List<LogEntry> Committed { get; } = [];

    /// <summary>Whether everything that is staged is on disk at the end of each turn.</summary>
    public bool FlushesAtOnce { get; set; } = true;

    /// <summary>How many records are not on disk yet.</summary>
    public int StagedCount => _staged.Count;

    /// <summary>Whether it has told the others, when it last said how it is, that it suspects the leader.</summary>
    public bool SuspectsLeader => SentOf<Status>().Last().SuspectsLeader;

    /// <summary>It is shown a checkpoint that it has come to.</summary>
    public void Stabilize(ulong number)
    {
        var at = new SequenceNumber(number);
        Receive(2, new StableCheckpoint(_group.Stable(at, State.Log.PositionAfter(at), State.Log.TimeAfter(at))));
        Assert.That(State.Stable.Number, Is.EqualTo(at));
    }

    /// <summary>Everything that is staged gets on disk, and what waited for it leaves.</summary>
    public void Flush()
    {
        while (_staged.Count > 0)
        {
            var last = _staged[^1].Lsn;
            _staged.ForEach(Write);
            _staged.Clear();
            foreach (var held in _held.Where(held => ((PromiseMessage)held.Message).AfterLsn <= last).ToArray())
            {
                _held.Remove(held);
                _sent.Add(held);
            }

            Core.Step(Now, new LogDurable(last), Effects);
            EndTurn(flushes: false);
        }
    }

    /// <summary>The process ends, and starts again with what is on disk.</summary>
    /// <param name="staged">How many of the records that are not on disk yet got there.</param>
    public TestReplica Restart(int staged = 0)
    {
        _staged.Take(staged).ToList().ForEach(Write);
        return new TestReplica(Id.Value, _options, _group, EmptyDisk.Found with { Entries = [.. _entries], Slots = _slots, LastLsn = Effects.LastLsn });
    }

    /// <inheritdoc/>
    protected override void EndTurn() => EndTurn(flushes: FlushesAtOnce);

    private void EndTurn(bool flushes)
    {
        base.EndTurn();
        var hashed = new List<StateHashed>();
        _staged.AddRange(Effects.Records);
        foreach (var message in Effects.Messages)
        {
            if (message.Message is PromiseMessage promise && _staged.Count > 0 && promise.AfterLsn >= _staged[0].Lsn)
            {
                _held.Add(message);
            }
            else
            {
                _sent.Add(message);
            }
        }

        Events.AddRange(Effects.Events);
        foreach (var entry in Effects.Committed)
        {
            Committed.Add(entry);
            if (entry.Kind == EntryKind.Checkpoint)
            {
                hashed.Add(new StateHashed(entry.Index, entry.Chain));
            }
        }

        Effects.Clear();
        hashed.ForEach(each => Step(each));
        if (flushes)
        {
            Flush();
        }
    }

    private void Write(LogRecord record)
    {
        switch (record.Kind)
        {
            case LogRecordKind.Entry:
                _entries.Add(record.Entry with { Payload = record.Entry.Payload.ToArray() });
                break;
            case LogRecordKind.Truncate:
                _entries.RemoveAll(entry => entry.Index >= record.Entry.Index);
                break;
            case LogRecordKind.Slot:
                _slots = record.Value.IsEmpty ? _slots.Remove(record.Slot) : _slots.SetItem(record.Slot, record.Value.ToArray());
                break;
            case LogRecordKind.Base:
                throw new InvalidOperationException("No snapshot is installed here.");
        }
    }
}
