using System.Buffers;
using System.Collections.Immutable;
using Consensus.Byzantine.Tests;
using Consensus.Engine;

namespace Consensus.HotStuff.Tests;

/// <summary>One replica: its core, its disk, and what it has sent. Time stands still until it is moved.</summary>
internal sealed class TestReplica
{
    private readonly Group _group;
    private readonly uint _id;
    private readonly HotStuffOptions _options;
    private readonly HotStuffEngine _engine;
    private readonly MessageIngress _ingress;
    private readonly List<(NodeId To, ProtocolMessage Message)> _held = [];
    private readonly List<LogRecord> _staged = [];
    private readonly List<LogEntry> _entries;
    private ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>> _slots;
    private readonly EffectBuffer _effects;
    private ulong _lastTicket;

    public TestReplica(Group group, uint id, HotStuffOptions? options = null, RecoveredState? recovered = null)
    {
        _group = group;
        _id = id;
        _options = options ?? Group.Options;
        _engine = new HotStuffEngine(_options, group.Identity(id));
        _ingress = new MessageIngress(_engine.Codec, _engine.Verifier);
        var disk = recovered ?? EmptyDisk.Found;
        _entries = [.. disk.Entries];
        _slots = disk.Slots;
        _effects = new EffectBuffer(disk.LastLsn);
        Core = (HotStuffCore)_engine.CreateCore(new CoreContext { Self = new NodeId(id), Epoch = Epoch.Zero, Seed = 100 * id, Now = Ticks.Zero, Recovered = disk });
        Step(TimePassed.Instance);
    }

    public HotStuffCore Core { get; }

    public NodeId Id => new(_id);

    public Ticks Now { get; private set; }

    /// <summary>What its wall clock shows, in milliseconds, when the time is zero.</summary>
    public long ClockStart { get; set; }

    /// <summary>What has left, in the order of leaving.</summary>
    public List<(NodeId To, ProtocolMessage Message)> Sent { get; } = [];

    public List<ConsensusEvent> Events { get; } = [];

    public List<LogEntry> Committed { get; } = [];

    /// <summary>Whether everything that is staged is on disk at the end of each turn.</summary>
    public bool FlushesAtOnce { get; set; } = true;

    public IEnumerable<T> SentOf<T>() => Sent.Select(sent => sent.Message).OfType<T>();

    /// <summary>A message comes, as bytes.</summary>
    public void Receive(uint from, ProtocolMessage message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        _engine.Codec.Encode(message, buffer);
        if (_ingress.TryAccept(new NodeId(from), buffer.WrittenMemory, out var input, out var defect))
        {
            Step(input);
        }
        else
        {
            Assert.That(defect, Is.Null, "refused, and not only unneeded");
        }
    }

    public void Propose(params byte[] command) => Step(new CommandsProposed(new[] { new Proposal(new Ticket(++_lastTicket), command) }, new Timestamp(1)));

    /// <summary>Time passes until the core wants to be called.</summary>
    public void Wait()
    {
        Now = Core.NextDeadline > Now ? Core.NextDeadline : Now;
        Step(TimePassed.Instance);
    }

    public void Wait(TimeSpan span)
    {
        var end = Now + span;
        while (Core.NextDeadline <= end)
        {
            Wait();
        }

        Now = end;
    }

    public void Step(Input input)
    {
        Core.BeginTurn(Now, new Timestamp(ClockStart + (Now.Value / TimeSpan.TicksPerMillisecond)));
        Core.Step(Now, input, _effects);
        EndTurn();
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
                Sent.Add(held);
            }

            Core.Step(Now, new LogDurable(last), _effects);
            EndTurn(flushes: false);
        }
    }

    /// <summary>The process ends, and starts again with what is on disk.</summary>
    /// <param name="staged">How many of the records that are not on disk yet got there.</param>
    public TestReplica Restart(int staged = 0)
    {
        _staged.Take(staged).ToList().ForEach(Write);
        return new TestReplica(_group, _id, _options, EmptyDisk.Found with { Entries = [.. _entries], Slots = _slots, LastLsn = new Lsn(_effects.LastLsn.Value) });
    }

    /// <summary>How many records are not on disk yet.</summary>
    public int StagedCount => _staged.Count;

    private void EndTurn(bool flushes = true)
    {
        Core.EndTurn(Now, _effects);
        var hashed = new List<StateHashed>();
        _staged.AddRange(_effects.Records);
        foreach (var message in _effects.Messages)
        {
            if (message.Message is PromiseMessage promise && _staged.Count > 0 && promise.AfterLsn >= _staged[0].Lsn)
            {
                _held.Add((message.To, message.Message));
            }
            else
            {
                Sent.Add((message.To, message.Message));
            }
        }

        Events.AddRange(_effects.Events);
        foreach (var entry in _effects.Committed)
        {
            Committed.Add(entry);
            if (entry.Kind == EntryKind.Checkpoint)
            {
                hashed.Add(new StateHashed(entry.Index, entry.Chain));
            }
        }

        _effects.Clear();
        hashed.ForEach(Step);
        if (FlushesAtOnce && flushes)
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
