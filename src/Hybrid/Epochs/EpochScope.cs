using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid.Messages;

namespace Consensus.Hybrid;

/// <summary>
/// What the engine of an epoch wants done, on its way: its messages and slots are marked with the epoch, and of what it commits nothing behind the order that ends the epoch reaches the state machine (pitfall: entries
/// after the stop-sign).
/// </summary>
/// <param name="epoch">The epoch.</param>
/// <param name="signatures">Checks the signatures of orders.</param>
/// <param name="handed">The last entry that the state machine was given, or is about to be.</param>
/// <param name="handedTime">The time that the log carries there.</param>
internal sealed class EpochScope(KnownEpoch epoch, ISignatureVerifier signatures, LogPosition handed, Timestamp handedTime) : IEffectScope
{
    private readonly HashSet<ulong> _slots = [];
    private readonly Queue<LogPosition> _marks = [];
    private IReadOnlyList<SnapshotDescriptor> _kept = [];
    private SnapshotDescriptor? _newest;

    /// <summary>The last entry that the state machine was given.</summary>
    public LogPosition Handed { get; private set; } = handed;

    /// <summary>The time that the log carries there.</summary>
    public Timestamp HandedTime { get; private set; } = handedTime;

    /// <summary>The entry that ends the epoch, once it is committed, and what it says.</summary>
    public (LogEntry Entry, SealOrder Order)? Seal { get; private set; }

    /// <summary>Up to where the engine needs the log no more.</summary>
    public LogIndex CompactedTo { get; private set; }

    /// <summary>The slots that the engine has used, under the numbers that they have on disk.</summary>
    public IEnumerable<ulong> Slots => _slots;

    /// <summary>Slots that were found on disk are used too.</summary>
    public void Recover(IEnumerable<ulong> slots)
    {
        foreach (var slot in slots)
        {
            _slots.Add(EpochSlots.OfEngine(epoch.Descriptor.Number, slot));
        }
    }

    /// <summary>Behind which entry nothing reaches the state machine, if the epoch's end is known.</summary>
    public LogIndex? Stop { get; set; }

    /// <summary>The snapshot of the epoch's beginning, if it is on disk: kept as long as the epoch runs, for members who come late.</summary>
    public SnapshotDescriptor? Beginning { get; private set; }

    /// <summary>
    /// The snapshot of the end of an epoch of Raft, if the replica is there and has one: for members whom the next epoch needs, and who have not what leads there. It stays: none is taken behind it before the next epoch begins. The other
    /// engines know no snapshots at such places.
    /// </summary>
    public SnapshotDescriptor? End => IsAtRaftsEnd && _newest?.Position == Handed ? _newest : null;

    /// <summary>Whether this is an epoch of Raft, and the state machine was given everything up to where it ends.</summary>
    public bool IsAtRaftsEnd => IsEndOnDisk && epoch.Descriptor.Protocol == EpochProtocol.Raft && Handed.Index == Stop;

    /// <summary>Whether the replica knows where the epoch ends also when it is started again. A snapshot there hides the order that says so, so none may be on disk before.</summary>
    public bool IsEndOnDisk { get; set; }

    /// <summary>A snapshot is on disk, or is found there; or none is.</summary>
    public void OnSaved(SnapshotDescriptor? snapshot) => _newest = End ?? snapshot;

    /// <summary>The snapshot of the epoch's beginning is on disk.</summary>
    /// <returns>All snapshots that are kept from now on.</returns>
    public IReadOnlyList<SnapshotDescriptor> OnBeginningSaved(SnapshotDescriptor snapshot)
    {
        Beginning = snapshot;
        return Keeping(_kept);
    }

    /// <inheritdoc/>
    public void OnInstalled(SnapshotDescriptor snapshot)
    {
        (Handed, HandedTime) = (snapshot.Position, snapshot.Time);
        _newest = snapshot;
        _marks.Clear();
        CompactTo(snapshot.Position.Index);
    }

    /// <summary>The place of a mark that the state machine was given, when it has hashed its state there; nothing, if the engine has committed none there. Each is told once, in the order of the log.</summary>
    public LogPosition? TakeMark(LogIndex index)
    {
        while (_marks.TryPeek(out var mark) && mark.Index <= index)
        {
            _marks.Dequeue();
            if (mark.Index == index)
            {
                return mark;
            }
        }

        return null;
    }

    /// <summary>The state machine is given an entry that the engine does not hand over: what others have committed.</summary>
    public void OnHanded(in LogEntry entry)
    {
        Invariant.Holds(entry.Index == Handed.Index.Next, "Entries are handed over in order.");
        (Handed, HandedTime) = (new LogPosition(entry.Index, entry.Term, entry.Chain), entry.Time);
    }

    /// <inheritdoc/>
    public ulong SlotOf(ulong slot)
    {
        var marked = EpochSlots.OfEngine(epoch.Descriptor.Number, slot);
        _slots.Add(marked);
        return marked;
    }

    /// <inheritdoc/>
    public ProtocolMessage Envelop(ProtocolMessage message) => message is PromiseMessage promise
        ? new EpochPromise(epoch.Descriptor.Tag, promise)
        : new EpochMessage(epoch.Descriptor.Tag, message);

    /// <inheritdoc/>
    public bool Passes(in LogEntry committed)
    {
        if (committed.Index <= Handed.Index || committed.Index > Stop)
        {
            return false;
        }

        OnHanded(committed);
        if (committed.Kind == EntryKind.Checkpoint)
        {
            _marks.Enqueue(Handed);
        }

        if (FindOrder(committed) is { } order)
        {
            Seal = (committed, order);
            Stop = committed.Index;
        }

        return true;
    }

    /// <summary>The order that ends the epoch, if an entry is a valid one.</summary>
    public SealOrder? FindOrder(in LogEntry entry) =>
        entry.Kind == EntryKind.Command && OrderIn(entry.Payload) is { } order && order.DefectAsEndOf(epoch.Descriptor, entry.Time, signatures) is null ? order : null;

    /// <inheritdoc/>
    public bool Passes(ConsensusEvent happening) => happening is not (RoleChanged or LeaderChanged);

    /// <inheritdoc/>
    public bool Passes(Ticket refused) => refused != SealDesk.Ticket;

    /// <inheritdoc/>
    public IReadOnlyList<SnapshotDescriptor> Keeping(IReadOnlyList<SnapshotDescriptor> snapshots)
    {
        _kept = snapshots;
        return Beginning is null ? snapshots : [.. snapshots, Beginning];
    }

    /// <inheritdoc/>
    public LogIndex CompactTo(LogIndex index)
    {
        CompactedTo = LogIndex.Max(CompactedTo, index);
        return index;
    }

    private static SealOrder? OrderIn(ReadOnlyMemory<byte> payload) =>
        payload.Span is [(byte)CommandKind.Seal, ..] && CommandEnvelope.TryRead(payload.Span, out _) ? SealOrder.TryRead(payload[CommandEnvelope.HeaderSize..]) : null;
}
