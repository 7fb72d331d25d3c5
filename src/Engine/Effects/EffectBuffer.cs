using System.Diagnostics;
using Consensus.Cryptography;

namespace Consensus.Engine;

/// <summary>
/// Takes what a core wants done during one turn, in one lane for each part of the host: log, network, state machine, files, callers,
/// observers. Order within a lane is kept; between lanes only <see cref="PromiseMessage.AfterLsn"/> orders.
/// </summary>
/// <remarks>Reused from turn to turn without allocation. Not safe to use from more than one thread.</remarks>
public sealed class EffectBuffer
{
    private readonly List<LogRecord> _records = [];
    private readonly List<OutgoingMessage> _messages = [];
    private readonly List<LogEntry> _committed = [];
    private readonly List<BackgroundRequest> _requests = [];
    private readonly List<Refusal> _refusals = [];
    private readonly List<ConfirmedRead> _reads = [];
    private readonly List<ControlCompletion> _controls = [];
    private readonly List<EquivocationEvidence> _evidence = [];
    private readonly List<ConsensusEvent> _events = [];
    private IEffectScope? _scope;

    /// <summary>Creates the buffer of a replica whose log ends at <paramref name="lastLsn"/>.</summary>
    public EffectBuffer(Lsn lastLsn) => LastLsn = lastLsn;

    /// <summary>The position of the last record appended so far, in this turn or before.</summary>
    public Lsn LastLsn { get; private set; }

    /// <summary>Log lane: the records to append.</summary>
    public IReadOnlyList<LogRecord> Records => _records;

    /// <summary>Log lane: the entry up to which the log is no longer needed; zero if nothing changed.</summary>
    public LogIndex CompactUpTo { get; private set; }

    /// <summary>Network lane: the messages to send.</summary>
    public IReadOnlyList<OutgoingMessage> Messages => _messages;

    /// <summary>State lane: a received snapshot that replaces the state, before <see cref="Committed"/> is applied.</summary>
    public SnapshotDescriptor? Install { get; private set; }

    /// <summary>State lane: the entries that are committed, each once and in order.</summary>
    public IReadOnlyList<LogEntry> Committed => _committed;

    /// <summary>File lane, before anything that may write another snapshot: the stored snapshots that are not given up for newer ones from now on; none if that stays as it is.</summary>
    public IReadOnlyList<SnapshotDescriptor>? Kept { get; private set; }

    /// <summary>File lane: work whose outcome comes back as an input.</summary>
    public IReadOnlyList<BackgroundRequest> Requests => _requests;

    /// <summary>File lane: what proves that a member is faulty, to be kept.</summary>
    public IReadOnlyList<EquivocationEvidence> Evidence => _evidence;

    /// <summary>Caller lane: requests that will not be carried out.</summary>
    public IReadOnlyList<Refusal> Refusals => _refusals;

    /// <summary>Caller lane: read barriers whose index is known.</summary>
    public IReadOnlyList<ConfirmedRead> Reads => _reads;

    /// <summary>Caller lane: membership changes and transfers that have ended.</summary>
    public IReadOnlyList<ControlCompletion> Controls => _controls;

    /// <summary>Observer lane: what happened.</summary>
    public IReadOnlyList<ConsensusEvent> Events => _events;

    /// <summary>From now on effects come from a core that another one runs, until <see cref="Leave"/>.</summary>
    public void Enter(IEffectScope scope) => _scope = scope;

    /// <summary>Effects come from the outer core again.</summary>
    public void Leave() => _scope = null;

    /// <summary>Appends an entry to the log.</summary>
    /// <returns>The record's position.</returns>
    public Lsn Append(in LogEntry entry) => Append(LogRecordKind.Entry, entry, 0, default);

    /// <summary>Voids all entries from <paramref name="first"/> on.</summary>
    /// <returns>The record's position.</returns>
    public Lsn Truncate(LogIndex first) => Append(LogRecordKind.Truncate, default(LogEntry) with { Index = first }, 0, default);

    /// <summary>Saves a named value of the engine.</summary>
    /// <param name="slot">The slot's number.</param>
    /// <param name="value">The value, not changed afterwards; empty removes the slot.</param>
    /// <returns>The record's position.</returns>
    public Lsn Save(ulong slot, ReadOnlyMemory<byte> value) => Append(LogRecordKind.Slot, default, _scope?.SlotOf(slot) ?? slot, value);

    /// <summary>Lets the log begin anew after <paramref name="position"/>, which an installed snapshot covers.</summary>
    /// <returns>The record's position.</returns>
    public Lsn Rebase(LogPosition position) =>
        Append(LogRecordKind.Base, new LogEntry(position.Index, position.Term, EntryKind.NoOp, default, default, position.Chain), 0, default);

    /// <summary>Allows the log to forget entries up to and including <paramref name="index"/>.</summary>
    public void Compact(LogIndex index) => CompactUpTo = LogIndex.Max(CompactUpTo, _scope?.CompactTo(index) ?? index);

    /// <summary>Sends a message; a <see cref="PromiseMessage"/> leaves when the log is durable far enough.</summary>
    public void Send(NodeId to, ProtocolMessage message) => _messages.Add(new OutgoingMessage(to, _scope?.Envelop(message) ?? message));

    /// <summary>Hands a committed entry to the state machine.</summary>
    public void Commit(in LogEntry entry)
    {
        if (_scope is null || _scope.Passes(entry))
        {
            _committed.Add(entry);
        }
    }

    /// <summary>Replaces the state by a snapshot that has been received and stored.</summary>
    public void InstallSnapshot(SnapshotDescriptor snapshot)
    {
        Debug.Assert(Install is null, "A turn installs one snapshot at most.");
        _scope?.OnInstalled(snapshot);
        _committed.Clear();
        Install = snapshot;
    }

    /// <summary>Keeps stored snapshots, however many newer ones come, until others are to be kept.</summary>
    /// <param name="snapshots">The snapshots, not changed afterwards.</param>
    public void KeepSnapshots(IReadOnlyList<SnapshotDescriptor> snapshots) => Kept = _scope?.Keeping(snapshots) ?? snapshots;

    /// <summary>Asks for work on files.</summary>
    public void Request(BackgroundRequest request) => _requests.Add(request);

    /// <summary>Keeps what proves that a member is faulty, for anybody to check. Observers are told apart from it.</summary>
    public void Keep(EquivocationEvidence evidence) => _evidence.Add(evidence);

    /// <summary>Tells a local caller that its request will not be carried out.</summary>
    public void Refuse(Ticket ticket, RefusalReason reason)
    {
        if (_scope is null || _scope.Passes(ticket))
        {
            _refusals.Add(new Refusal(ticket, reason));
        }
    }

    /// <summary>Tells local callers which entry their read barrier waits for.</summary>
    public void ConfirmRead(Ticket ticket, LogIndex index) => _reads.Add(new ConfirmedRead(ticket, index));

    /// <summary>Tells a local caller how its membership change or transfer ended.</summary>
    public void CompleteControl(Ticket ticket, ControlResult result) => _controls.Add(new ControlCompletion(ticket, result));

    /// <summary>Tells observers what happened.</summary>
    public void Raise(ConsensusEvent happening)
    {
        if (_scope is null || _scope.Passes(happening))
        {
            _events.Add(happening);
        }
    }

    /// <summary>Empties all lanes; positions go on.</summary>
    public void Clear()
    {
        _records.Clear();
        _messages.Clear();
        _committed.Clear();
        _requests.Clear();
        _refusals.Clear();
        _reads.Clear();
        _controls.Clear();
        _evidence.Clear();
        _events.Clear();
        Install = null;
        Kept = null;
        CompactUpTo = LogIndex.Zero;
    }

    private Lsn Append(LogRecordKind kind, in LogEntry entry, ulong slot, ReadOnlyMemory<byte> value)
    {
        LastLsn = LastLsn.Next;
        _records.Add(new LogRecord(kind, LastLsn, entry, slot, value));
        return LastLsn;
    }
}
