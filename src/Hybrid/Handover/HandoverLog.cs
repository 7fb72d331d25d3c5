using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid.Messages;

namespace Consensus.Hybrid;

/// <summary>
/// How members agree on whose reports decide the end of an epoch of Raft: the engine that survives liars orders the reports, in a log of its own that is kept in slots, and the first ones of a quorum in that order count.
/// </summary>
internal sealed class HandoverLog
{
    private static readonly TimeSpan ProposalInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly KnownEpoch _epoch;
    private readonly KnownEpoch _agreement;
    private readonly EndReport _report;
    private readonly IProtocolCore _core;
    private readonly EffectBuffer _inner = new(Lsn.Zero);
    private readonly Queue<(Lsn Inner, Lsn Outer)> _unflushed = [];
    private readonly SortedDictionary<NodeId, EndReport> _counted = [];
    private readonly Queue<StateHashed> _hashed = [];
    private Lsn _seen;
    private LogIndex _last;
    private Ticks _proposeAt;
    private ulong _proposed;

    /// <param name="epoch">The epoch that ends.</param>
    /// <param name="agreement">What agrees on its end.</param>
    /// <param name="report">What this replica says.</param>
    /// <param name="context">The replica; what is recovered is what the slots have.</param>
    public HandoverLog(KnownEpoch epoch, KnownEpoch agreement, EndReport report, CoreContext context)
    {
        _epoch = epoch;
        _agreement = agreement;
        _report = report;
        _core = agreement.Engine.CreateCore(context);
        _last = context.Recovered.Entries is [.., var last] ? last.Index : LogIndex.Zero;
        _proposeAt = context.Now + Patience;
        Slots.UnionWith(context.Recovered.Slots.Keys.Select(slot => EpochSlots.OfAgreementOn(epoch.Descriptor.Number, slot)));
        Slots.UnionWith(context.Recovered.Entries.Select(entry => EpochSlots.AgreementEntry(epoch.Descriptor.Number, entry.Index)));
    }

    /// <summary>Where what is kept may end, once that is decided.</summary>
    public LogPosition? Start { get; private set; }

    /// <summary>The highest floor among the reports, once these are decided.</summary>
    public LogPosition? Floor { get; private set; }

    /// <summary>The slots that were used.</summary>
    public HashSet<ulong> Slots { get; } = [];

    /// <summary>When something is due.</summary>
    public Ticks Deadline => Ticks.Min(_core.NextDeadline, Start is null && !_counted.ContainsKey(_report.Member) ? _proposeAt : Ticks.Never);

    /// <summary>The core, for checks.</summary>
    internal IProtocolCore Core => _core;

    /// <summary>A turn begins. What time it is means nothing in this log, and clocks that are wrong must not keep anybody from agreeing: all have the same one, which stands still.</summary>
    public void BeginTurn(Ticks now) => _core.BeginTurn(now, _epoch.Descriptor.Time);

    /// <summary>Something has happened that the engine must know of: a message of its own, or that time has passed.</summary>
    public void Step(Ticks now, Input input) => _core.Step(now, input, _inner);

    /// <summary>The write-ahead log is on disk up to a record.</summary>
    public void OnDurable(Ticks now, Lsn durable)
    {
        Lsn? reached = null;
        while (_unflushed.TryPeek(out var next) && next.Outer <= durable)
        {
            reached = _unflushed.Dequeue().Inner;
        }

        if (reached is { } lsn)
        {
            Step(now, new LogDurable(lsn));
        }
    }

    /// <summary>A turn ends: what is to be done in this log is done in that of the replica.</summary>
    /// <param name="ended">Which of the other members have ended the epoch, as far as is known here.</param>
    /// <param name="now">The time.</param>
    /// <param name="effects">Takes it.</param>
    public void EndTurn(IReadOnlySet<NodeId> ended, Ticks now, EffectBuffer effects)
    {
        if (Start is null && (now >= _proposeAt || (_proposed == 0 && CanDecide(ended))) && !_counted.ContainsKey(_report.Member))
        {
            // It may be lost with whoever led.
            _proposeAt = now + ProposalInterval;
            Step(now, new CommandsProposed(new[] { Propose() }, _epoch.Descriptor.Time));
        }

        EndTurnOfCore(now, effects);
        while (_hashed.TryDequeue(out var hashed))
        {
            Step(now, hashed);
            EndTurnOfCore(now, effects);
        }
    }

    /// <summary>
    /// Whether so many have ended the epoch that reports can be decided, whoever leads among them. Members end it one after another, and whoever has not drops what is said in this log: a report that comes too early is proposed again
    /// only when its member begins to doubt the leader. Should some be missing for long, reports are proposed all the same, for that is what doubts begin with.
    /// </summary>
    private bool CanDecide(IReadOnlySet<NodeId> ended) =>
        ended.Count + 1 >= _epoch.Descriptor.Members.Quorum && (_core.Status.Leader == _report.Member || ended.Contains(_core.Status.Leader));

    private void EndTurnOfCore(Ticks now, EffectBuffer effects)
    {
        _core.EndTurn(now, _inner);
        CarryOut(effects);
        _inner.Clear();
    }

    private Proposal Propose()
    {
        var bytes = _report.ToBytes();
        var payload = new byte[CommandEnvelope.HeaderSize + bytes.Length];
        CommandEnvelope.WriteHeader(payload, CommandKind.Seal, new RequestId(new ClientId(_report.Member.Value), ++_proposed), 0);
        bytes.CopyTo(payload, CommandEnvelope.HeaderSize);
        return new Proposal(SealDesk.Ticket, payload);
    }

    private void CarryOut(EffectBuffer effects)
    {
        foreach (var record in _inner.Records)
        {
            Save(record, effects);
        }

        if (_inner.LastLsn > _seen)
        {
            _seen = _inner.LastLsn;
            _unflushed.Enqueue((_seen, effects.LastLsn));
        }

        var tag = _agreement.Descriptor.Tag;
        foreach (var (to, message) in _inner.Messages)
        {
            // A promise waits for all of the turn.
            effects.Send(to, message is PromiseMessage promise ? new EpochPromise(tag, promise with { AfterLsn = effects.LastLsn }) : new EpochMessage(tag, message));
        }

        foreach (var evidence in _inner.Evidence)
        {
            effects.Keep(evidence);
        }

        foreach (var happening in _inner.Events.Where(happening => happening is EquivocationDetected or MessageRejected))
        {
            effects.Raise(happening);
        }

        foreach (var entry in _inner.Committed)
        {
            Count(entry);
            if (entry.Kind == EntryKind.Checkpoint)
            {
                // The members have to agree on the state now and then, or the engine orders no more than one window of blocks: a liar that leads could fill it with what is no report.
                _hashed.Enqueue(new StateHashed(entry.Index, HashCounted()));
            }
        }
    }

    private void Save(in LogRecord record, EffectBuffer effects)
    {
        var number = _epoch.Descriptor.Number;
        switch (record.Kind)
        {
            case LogRecordKind.Entry:
                _last = record.Entry.Index;
                effects.Save(Keep(EpochSlots.AgreementEntry(number, _last)), EpochSlots.EntryValue(record.Entry));
                break;
            case LogRecordKind.Truncate:
                for (; _last >= record.Entry.Index; _last -= 1)
                {
                    effects.Save(Keep(EpochSlots.AgreementEntry(number, _last)), default);
                }

                break;
            case LogRecordKind.Slot:
                effects.Save(Keep(EpochSlots.OfAgreementOn(number, record.Slot)), record.Value);
                break;
            default:
                throw new ConsensusException(ConsensusFailure.InvariantViolated, $"A log of a few reports needs no {record.Kind}.");
        }
    }

    private ulong Keep(ulong slot)
    {
        Slots.Add(slot);
        return slot;
    }

    /// <summary>The hash of this log's state: the reports that count.</summary>
    private Digest HashCounted()
    {
        var hashes = new byte[_counted.Count * Digest.Size];
        var place = 0;
        foreach (var report in _counted.Values)
        {
            report.Hash.CopyTo(hashes.AsSpan(place));
            place += Digest.Size;
        }

        return Blake3.Hash(hashes);
    }

    private void Count(in LogEntry entry)
    {
        if (Start is not null || entry.Kind != EntryKind.Command || entry.Payload.Span is not [(byte)CommandKind.Seal, ..] || !CommandEnvelope.TryRead(entry.Payload.Span, out _))
        {
            return;
        }

        var members = _epoch.Descriptor.Members;
        if (EndReport.TryRead(entry.Payload[CommandEnvelope.HeaderSize..].ToArray(), members) is { } report && report.DefectIn(_epoch) is null && _counted.TryAdd(report.Member, report) && _counted.Count == members.Quorum)
        {
            Start = HandoverStart.Of(_epoch.Descriptor, _counted.Values);
            Floor = HandoverStart.FloorOf(_epoch.Descriptor, _counted.Values);
        }
    }
}
