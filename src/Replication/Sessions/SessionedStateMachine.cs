using System.Buffers;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Replication.State;

namespace Consensus.Replication.Sessions;

/// <summary>
/// A state machine behind client sessions: a command that is committed twice takes effect once, and its retry gets the first result (Ongaro,
/// thesis, section 6.3). Sessions are part of the replicated state: in its hash and in its snapshots.
/// </summary>
/// <remarks>
/// Snapshot layout: "CSS" and the version (4 bytes), the sessions as a <see cref="StateTree"/> in pieces (<see cref="PartWriteStream"/>), then the state
/// machine's own snapshot. State hash: <c>BLAKE3(hash of the sessions' tree ‖ hash of the state machine)</c>.
/// The version is 2 when some session has a key, and else 1, as before there were keys: until the first of them is opened, programs from before and this one take each other's snapshots.
/// </remarks>
public sealed class SessionedStateMachine : IReplicatedState
{
    private const int ScratchBytesMax = 1024 * 1024;
    private const byte VersionWithoutKeys = 1;
    private const byte VersionWithKeys = 2;

    private readonly IStateMachine _machine;
    private readonly SessionOptions _options;
    private readonly ClientSignatures _signatures;
    private ArrayBufferWriter<byte> _result = new();
    private SessionTable _sessions;

    /// <summary>Puts a state machine, as new, behind sessions.</summary>
    /// <param name="machine">The state machine.</param>
    /// <param name="options">The bounds of the sessions.</param>
    /// <param name="signatures">Checks what the owners of sessions with a key have signed.</param>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.InvalidConfiguration"/>.</exception>
    public SessionedStateMachine(IStateMachine machine, SessionOptions options, ClientSignatures signatures)
    {
        options.ThrowIfInvalid();
        _machine = machine;
        _options = options;
        _signatures = signatures;
        _sessions = new SessionTable(options);
    }

    /// <summary>How many sessions there are.</summary>
    internal int Sessions => _sessions.Count;

    /// <summary>What the results that sessions keep count.</summary>
    internal long ResultBytes => _sessions.ResultBytes;

    /// <summary>The settings of the sessions.</summary>
    internal SessionOptions Options => _options;

    private static ReadOnlySpan<byte> Magic => "CSS"u8;

    /// <inheritdoc/>
    public AppliedCommand Apply(in LogEntry entry)
    {
        if (!CommandEnvelope.TryRead(entry.Payload.Span, out var envelope))
        {
            return new AppliedCommand(RequestId.None, CommandOutcome.Malformed, entry.Index, default);
        }

        if (envelope.Kind is CommandKind.OpenSession or CommandKind.OpenSessionWithKey)
        {
            _sessions.Open(entry.Index, envelope.Key);
            return new AppliedCommand(envelope.Request, CommandOutcome.SessionOpened, entry.Index, default);
        }

        if (envelope.Kind == CommandKind.Seal)
        {
            return new AppliedCommand(envelope.Request, CommandOutcome.NoCommand, entry.Index, default);
        }

        if (!_sessions.TryFind(envelope.Request.Client, out var place))
        {
            // Never opened, or closed since. Opening it again here could apply an old retry a second time.
            return new AppliedCommand(envelope.Request, CommandOutcome.SessionExpired, entry.Index, default);
        }

        var session = place.Value;
        if (!_signatures.Allow(session.Key, envelope))
        {
            // Before anything else, so that nobody else can acknowledge results, or keep a session in use.
            return new AppliedCommand(envelope.Request, CommandOutcome.NotSignedByClient, entry.Index, default);
        }

        var sequence = envelope.Request.Sequence;
        var first = Math.Max(session.AcknowledgedBelow, envelope.AcknowledgedBelow);
        var isCopy = session.TryGet(sequence, out var earlier);
        if (session.Key.IsNone || (Session.IsInWindow(sequence, first) && !isCopy))
        {
            // Others can repeat what the owner of a key has signed, and nothing else: so what is applied for the first time is his doing, and a copy must not keep his session, or take what he still waits for.
            // Without a key whoever knows the session's number may use it anyway.
            _sessions.Use(place, entry.Index, envelope.AcknowledgedBelow);
        }

        if (sequence < first)
        {
            return new AppliedCommand(envelope.Request, CommandOutcome.RequestForgotten, entry.Index, default);
        }

        if (!Session.IsInWindow(sequence, first))
        {
            return new AppliedCommand(envelope.Request, CommandOutcome.RequestBeyondWindow, entry.Index, default);
        }

        if (isCopy)
        {
            return earlier;
        }

        var result = ResultBuffer();
        var outcome = _machine.Apply(new CommandContext(entry.Index, entry.Time, envelope.Request), envelope.Body, result) switch
        {
            ApplyOutcome.Applied => CommandOutcome.Applied,
            ApplyOutcome.Rejected => CommandOutcome.Rejected,
        };
        return _sessions.Keep(session, sequence, outcome, entry.Index, result.WrittenSpan);
    }

    /// <inheritdoc/>
    public void Query(ReadOnlySpan<byte> query, IBufferWriter<byte> result) => _machine.Query(query, result);

    /// <inheritdoc/>
    public bool TryFindResult(RequestId request, out AppliedCommand applied) => _sessions.TryFind(request, out applied);

    /// <inheritdoc/>
    public Digest StateHash()
    {
        Span<byte> both = stackalloc byte[2 * Digest.Size];
        _sessions.Hash().CopyTo(both);
        _machine.StateHash().CopyTo(both[Digest.Size..]);
        return Blake3.Hash(both);
    }

    /// <inheritdoc/>
    public IStateSnapshot CaptureSnapshot() => new SessionedSnapshot(VersionOf(_sessions), _sessions.Freeze(), _machine.CaptureSnapshot());

    /// <inheritdoc/>
    public void Restore(Stream snapshot)
    {
        Span<byte> head = stackalloc byte[Magic.Length + 1];
        var length = snapshot.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        SessionTableReader.Require(length == head.Length && head.StartsWith(Magic), "it does not begin as one does");
        var version = head[^1];
        if (version > VersionWithKeys)
        {
            throw new ConsensusException(
                ConsensusFailure.SnapshotInvalid, $"The snapshot's session table was written by a newer version of this program: its format version is {version}, this program reads up to {VersionWithKeys}. Upgrade this program.");
        }

        using var part = new PartReadStream(snapshot);
        var sessions = SessionTableReader.Read(part, _options);
        SessionTableReader.Require(version == VersionOf(sessions), $"it is of version {version}, and with the sessions that it has it would be of version {VersionOf(sessions)}");
        _machine.Restore(snapshot);
        _sessions = sessions;
    }

    private static byte VersionOf(SessionTable sessions) => sessions.HasKeys ? VersionWithKeys : VersionWithoutKeys;

    /// <summary>An empty buffer. One that a large result has made large is not kept.</summary>
    private ArrayBufferWriter<byte> ResultBuffer()
    {
        if (_result.Capacity > ScratchBytesMax)
        {
            _result = new ArrayBufferWriter<byte>();
        }

        _result.ResetWrittenCount();
        return _result;
    }

    private sealed class SessionedSnapshot(byte version, StateTreeView sessions, IStateSnapshot machine) : IStateSnapshot
    {
        public void WriteTo(Stream destination)
        {
            destination.Write(Magic);
            destination.WriteByte(version);
            using var part = new PartWriteStream(destination);
            sessions.WriteTo(part);
            part.Complete();
            machine.WriteTo(destination);
        }

        public void Dispose()
        {
            sessions.Dispose();
            machine.Dispose();
        }
    }
}
