using System.Numerics;

namespace Consensus.Engine;

/// <summary>
/// Applies committed entries to the replicated state in order, answers readers when the state is current enough, and decides when to take
/// snapshots. Synchronous; it has a lane of its own, so that a slow state machine does not stop the protocol.
/// </summary>
/// <remarks>Not safe to use from more than one thread.</remarks>
public sealed class Applier
{
    private readonly IReplicatedState _state;
    private readonly ISnapshotStore _snapshots;
    private readonly IApplierHost _host;
    private readonly SnapshotPolicy _policy;
    private readonly bool _marksCheckpoints;
    private readonly WaitingReaders _readers = new();
    private LogPosition _position;
    private Epoch _epoch;
    private Timestamp _time;
    private ClusterMembership _membership;
    private (SnapshotDescriptor Draft, IStateSnapshot State)? _beginning;
    private SnapshotDescriptor? _savedBeginning;
    private long _entriesSinceSnapshot;
    private long _bytesSinceSnapshot;
    private long _snapshotLength;
    private LogIndex _captured;
    private bool _isSaving;
    private bool _isSuspended;
    private bool _isAtCheckpoint;
    private bool _isAtEpoch;
    private bool _isAwaitingCheckpoint;
    private LogIndex _lastCheckpoint;
    private ulong _spacing;

    /// <summary>Creates the applier, and restores the recovered snapshot if there is one.</summary>
    /// <exception cref="ConsensusException">The snapshot cannot be restored.</exception>
    public Applier(IReplicatedState state, ISnapshotStore snapshots, IApplierHost host, SnapshotPolicy policy, bool marksCheckpoints, Epoch epoch, RecoveredState recovered)
    {
        _state = state;
        _snapshots = snapshots;
        _host = host;
        _policy = policy;
        _marksCheckpoints = marksCheckpoints;
        _epoch = epoch;
        _membership = recovered.Bootstrap;
        if (recovered.Snapshot is { } snapshot)
        {
            Restore(snapshot);
        }
    }

    /// <summary>The last applied entry.</summary>
    public LogIndex Applied => _position.Index;

    /// <summary>How many readers are kept for entries that are yet to be applied.</summary>
    internal int Readers => _readers.Count;

    /// <summary>The hash of the state as it is now.</summary>
    public Digest StateHash() => _state.StateHash();

    /// <summary>Applies entries that follow the last one.</summary>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.StateMachineFailed"/>: the state machine threw; the replica must stop.</exception>
    public void Apply(ReadOnlySpan<LogEntry> entries)
    {
        foreach (ref readonly var entry in entries)
        {
            if (entry.Index != _position.Index.Next)
            {
                throw new ConsensusException(ConsensusFailure.InvariantViolated, $"Entry {entry.Index} was to be applied after entry {_position.Index}.");
            }

            ApplyOne(entry);
            _position = new LogPosition(entry.Index, entry.Term, entry.Chain);
            _time = entry.Time;
            _isAtEpoch = entry.Kind == EntryKind.Epoch;
            _isAtCheckpoint = _isAtEpoch || entry.Kind == EntryKind.Checkpoint;
            _entriesSinceSnapshot++;
            _bytesSinceSnapshot += entry.Payload.Length;
            SnapshotIfDue();
        }

        _host.OnApplied(_position.Index);
        AnswerReaders();
    }

    /// <summary>Replaces the state by a snapshot that a peer sent.</summary>
    public void Install(SnapshotDescriptor snapshot)
    {
        Restore(snapshot);
        _host.OnInstalled(snapshot);
        AnswerReaders();
    }

    /// <summary>
    /// Takes a snapshot now, unless one is being saved or the newest one is of this very entry. With an engine that marks checkpoints: if the last entry is
    /// none, at the next one.
    /// </summary>
    /// <param name="anywhere">Whether the last entry need be no checkpoint.</param>
    public void TakeSnapshot(bool anywhere = false)
    {
        if (!_isSaving && _beginning is not null)
        {
            SaveBeginning();
            return;
        }

        if (!MayCapture || _position.Index <= _captured)
        {
            return;
        }

        if (_marksCheckpoints && !_isAtCheckpoint && !anywhere)
        {
            _isAwaitingCheckpoint = true;
        }
        else
        {
            Capture(Hash());
        }
    }

    /// <summary>Tells the hash of the state after the last entry.</summary>
    public void TellHash() => _host.OnStateHashed(_position.Index, Hash());

    /// <summary>Takes no more snapshots until another replica's has replaced the state.</summary>
    public void SuspendSnapshots() => _isSuspended = true;

    /// <summary>Lets a reader know when everything up to <paramref name="index"/> is applied; at once if it is.</summary>
    public void Read(IStateReader reader, LogIndex index)
    {
        if (index <= Applied)
        {
            reader.OnCurrent(_state, Applied);
        }
        else
        {
            _readers.Add(reader, index);
        }
    }

    /// <summary>The replica has stopped: nobody who waits will be answered.</summary>
    public void Abandon(Exception exception)
    {
        _beginning?.State.Dispose();
        _beginning = null;
        while (_readers.TryTake(upTo: null, out var reader))
        {
            reader.OnAbandoned(exception);
        }
    }

    /// <summary>The snapshot under way has been saved, or could not be (<see langword="null"/>): the next one may be taken, or the same again.</summary>
    /// <param name="saved">What was saved.</param>
    /// <param name="unsaved">What could not be saved.</param>
    public void OnSnapshotEnded(SnapshotDescriptor? saved, IStateSnapshot? unsaved = null)
    {
        _isSaving = false;
        if (_savedBeginning is { } draft && unsaved is not null && _beginning is null)
        {
            // Tried again when there may be space (TakeSnapshot).
            (_savedBeginning, _beginning) = (null, (draft, unsaved));
            return;
        }

        _savedBeginning = null;
        unsaved?.Dispose();
        if (saved is null)
        {
            _captured = LogIndex.Zero;
        }
        else
        {
            _snapshotLength = saved.Length;
        }

        if (_beginning is not null)
        {
            SaveBeginning();
        }
    }

    private void ApplyOne(in LogEntry entry)
    {
        switch (entry.Kind)
        {
            case EntryKind.NoOp or EntryKind.Block or EntryKind.Checkpoint:
                break;
            case EntryKind.Command:
                _host.OnCommandApplied(entry, ApplyCommand(entry));
                break;
            case EntryKind.Epoch:
                _epoch = EpochEntry.ReadNumber(entry);
                _membership = EpochEntry.ReadMembership(entry) ?? _membership;
                break;
            case EntryKind.Membership:
                _membership = MembershipCodec.Decode(entry.Payload.Span);
                break;
        }
    }

    private AppliedCommand ApplyCommand(in LogEntry entry)
    {
        try
        {
            return _state.Apply(entry);
        }
        catch (Exception exception)
        {
            throw Failed($"at entry {entry.Index}", " An expected failure must be a rejected result.", exception);
        }
    }

    private T Ask<T>(Func<IReplicatedState, T> question, string occasion)
    {
        try
        {
            return question(_state);
        }
        catch (Exception exception)
        {
            throw Failed($"{occasion} after entry {_position.Index}", "", exception);
        }
    }

    private static ConsensusException Failed(string where, string advice, Exception exception) => new(
        ConsensusFailure.StateMachineFailed, $"The state machine threw {exception.GetType().Name} {where}: {exception.Message}{advice}", exception);

    private void SnapshotIfDue()
    {
        if (!_marksCheckpoints)
        {
            PassEntry();
        }
        else if (_isAtEpoch)
        {
            PassBeginning();
        }
        else if (_isAtCheckpoint)
        {
            PassCheckpoint();
        }
    }

    /// <summary>Where nothing in the log says where states are compared, the number of the entry does.</summary>
    private void PassEntry()
    {
        var isDueByEntries = _position.Index.Value % (ulong)_policy.EntriesBetween == 0;
        if (!isDueByEntries && !(MayCapture && _bytesSinceSnapshot >= _policy.BytesBetween))
        {
            // Nor is the state hashed: while a snapshot is saved, that would be once for every entry.
            return;
        }

        var hash = Hash();
        if (isDueByEntries)
        {
            _host.OnStateHashed(_position.Index, hash);
        }

        if (MayCapture && IsWorthwhile)
        {
            Capture(hash);
        }
    }

    /// <summary>Here all replicas compare their states, whether a snapshot is due or not.</summary>
    private void PassCheckpoint()
    {
        var hash = Hash();
        _host.OnStateHashed(_position.Index, hash);
        var before = _lastCheckpoint;
        _lastCheckpoint = _position.Index;
        if (MayCapture && (_isAwaitingCheckpoint || IsDueAfter(before)))
        {
            Capture(hash);
        }
    }

    /// <summary>
    /// An epoch begins here: its snapshot is taken also while another one is being saved, for those who cannot get here by the log. None is taken behind it before it is saved: so a replica that is started again has either its snapshot, or an
    /// older one, and comes past here again.
    /// </summary>
    private void PassBeginning()
    {
        var hash = Hash();
        _host.OnStateHashed(_position.Index, hash);
        _lastCheckpoint = _position.Index;
        if (_isSuspended)
        {
            return;
        }

        _beginning?.State.Dispose();
        _beginning = Draw(hash);
        if (!_isSaving)
        {
            SaveBeginning();
        }
    }

    private void SaveBeginning()
    {
        var (draft, state) = _beginning!.Value;
        (_beginning, _savedBeginning, _isSaving) = (null, draft, true);
        _host.SaveSnapshot(draft, state);
    }

    /// <summary>
    /// Whether a snapshot is due, and its place one where others take theirs too: the first checkpoint behind a multiple of the smallest power of two that is not less than the gap since the
    /// last snapshot. A replica that took none where the others did, since its disk was full or it was still saving one, would otherwise go on taking them where nobody else
    /// does: multiples of a power of two are multiples of the smaller ones, so whoever takes them rarely takes them where the others do.
    /// </summary>
    private bool IsDueAfter(LogIndex checkpoint)
    {
        var isDue = _entriesSinceSnapshot >= _policy.EntriesBetween || _bytesSinceSnapshot >= _policy.BytesBetween;
        if (!isDue || !IsWorthwhile)
        {
            return false;
        }

        if (_spacing == 0)
        {
            _spacing = BitOperations.RoundUpToPowerOf2((ulong)_entriesSinceSnapshot);
        }

        return _position.Index.Value / _spacing > checkpoint.Value / _spacing;
    }

    private bool MayCapture => !_isSaving && !_isSuspended && _beginning is null;

    private bool IsWorthwhile =>
        _snapshotLength <= SnapshotPolicy.LengthAlwaysTaken || _bytesSinceSnapshot >= Math.Min(_snapshotLength, _policy.BytesBetween);

    private void Capture(Digest stateHash)
    {
        _isSaving = true;
        var (draft, state) = Draw(stateHash);
        _host.SaveSnapshot(draft, state);
    }

    private (SnapshotDescriptor Draft, IStateSnapshot State) Draw(Digest stateHash)
    {
        _isAwaitingCheckpoint = false;
        _spacing = 0;
        _entriesSinceSnapshot = 0;
        _bytesSinceSnapshot = 0;
        _captured = _position.Index;
        var draft = new SnapshotDescriptor
        {
            Epoch = _epoch,
            Position = _position,
            Time = _time,
            Membership = _membership,
            StateHash = stateHash,
            Length = 0,
            Checksum = default,
        };
        return (draft, Ask(state => state.CaptureSnapshot(), "when its snapshot was captured"));
    }

    private Digest Hash() => Ask(state => state.StateHash(), "when it was hashed");

    private void Restore(SnapshotDescriptor snapshot)
    {
        using (var stream = _snapshots.Open(snapshot))
        {
            _state.Restore(stream);
        }

        var hash = Hash();
        if (hash != snapshot.StateHash)
        {
            throw new ConsensusException(
                ConsensusFailure.SnapshotInvalid,
                $"The snapshot at entry {snapshot.Position.Index} restores to state hash {hash}, but was taken at {snapshot.StateHash}. The state machine's snapshot is not complete or not deterministic.");
        }

        _position = snapshot.Position;
        _epoch = snapshot.Epoch;
        _time = snapshot.Time;
        _membership = snapshot.Membership;
        _isAtCheckpoint = true;
        _isAwaitingCheckpoint = false;
        _lastCheckpoint = snapshot.Position.Index;
        _spacing = 0;
        _entriesSinceSnapshot = 0;
        _bytesSinceSnapshot = 0;
        _snapshotLength = snapshot.Length;
        _captured = snapshot.Position.Index;
        _isSuspended = false;
    }

    private void AnswerReaders()
    {
        while (_readers.TryTake(Applied, out var reader))
        {
            reader.OnCurrent(_state, Applied);
        }
    }
}
