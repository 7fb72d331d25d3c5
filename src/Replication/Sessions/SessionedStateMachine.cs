using System.Buffers;
using System.Buffers.Binary;
using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Replication.Sessions;

/// <summary>
/// A state machine behind client sessions: a command that is committed twice takes effect once, and its retry gets the first result (Ongaro,
/// thesis, section 6.3). Sessions are part of the replicated state: in its hash and in its snapshots.
/// </summary>
/// <remarks>
/// Snapshot layout: length of the session table (4 bytes, little-endian), session table, then the state machine's own snapshot.
/// State hash: <c>BLAKE3(hash of the sessions ‖ hash of the state machine)</c>.
/// </remarks>
public sealed class SessionedStateMachine : IReplicatedState
{
    private const int TableBytesMax = 1 << 30;

    private readonly IStateMachine _machine;
    private readonly SessionOptions _options;
    private readonly ArrayBufferWriter<byte> _result = new();
    private SessionTable _sessions;

    /// <summary>Puts a state machine, as new, behind sessions.</summary>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.InvalidConfiguration"/>.</exception>
    public SessionedStateMachine(IStateMachine machine, SessionOptions options)
    {
        if (options.SessionsMax is < 1 or > 1_000_000)
        {
            throw new ConsensusException(ConsensusFailure.InvalidConfiguration, $"SessionsMax is {options.SessionsMax}; allowed: 1 to 1,000,000.");
        }

        _machine = machine;
        _options = options;
        _sessions = new SessionTable(options.SessionsMax);
    }

    /// <inheritdoc/>
    public AppliedCommand Apply(in LogEntry entry)
    {
        if (!CommandEnvelope.TryRead(entry.Payload.Span, out var envelope))
        {
            return new AppliedCommand(RequestId.None, CommandOutcome.Malformed, entry.Index, default);
        }

        if (envelope.Kind == CommandKind.OpenSession)
        {
            _sessions.Open(entry.Index);
            return new AppliedCommand(envelope.Request, CommandOutcome.SessionOpened, entry.Index, default);
        }

        if (!_sessions.TryUse(envelope.Request.Client, out var session))
        {
            // Never opened, or closed since. Opening it again here could apply an old retry a second time.
            return new AppliedCommand(envelope.Request, CommandOutcome.SessionExpired, entry.Index, default);
        }

        session.Use(entry.Index, envelope.AcknowledgedBelow);
        var sequence = envelope.Request.Sequence;
        if (sequence < session.AcknowledgedBelow)
        {
            return new AppliedCommand(envelope.Request, CommandOutcome.RequestForgotten, entry.Index, default);
        }

        if (!session.Allows(sequence))
        {
            return new AppliedCommand(envelope.Request, CommandOutcome.Malformed, entry.Index, default);
        }

        if (session.TryGet(sequence, out var earlier))
        {
            return earlier;
        }

        _result.ResetWrittenCount();
        var outcome = _machine.Apply(new CommandContext(entry.Index, entry.Time, envelope.Request), envelope.Body, _result) switch
        {
            ApplyOutcome.Applied => CommandOutcome.Applied,
            ApplyOutcome.Rejected => CommandOutcome.Rejected,
        };
        return session.Keep(sequence, outcome, entry.Index, _result.WrittenSpan);
    }

    /// <inheritdoc/>
    public void Query(ReadOnlySpan<byte> query, IBufferWriter<byte> result) => _machine.Query(query, result);

    /// <inheritdoc/>
    public Digest StateHash()
    {
        Span<byte> both = stackalloc byte[2 * Digest.Size];
        _sessions.Hash().CopyTo(both);
        _machine.StateHash().CopyTo(both[Digest.Size..]);
        return Blake3.Hash(both);
    }

    /// <inheritdoc/>
    public IStateSnapshot CaptureSnapshot() => new SessionedSnapshot(_sessions.ToBytes(), _machine.CaptureSnapshot());

    /// <inheritdoc/>
    public void Restore(Stream snapshot)
    {
        SessionTable sessions;
        try
        {
            Span<byte> header = stackalloc byte[4];
            snapshot.ReadExactly(header);
            var length = BinaryPrimitives.ReadInt32LittleEndian(header);
            SessionReader.Require(length is >= 0 and <= TableBytesMax && length <= snapshot.Length - snapshot.Position, $"it is said to have {length} bytes");
            var table = new byte[length];
            snapshot.ReadExactly(table);
            sessions = SessionTable.FromBytes(table, _options.SessionsMax);
        }
        catch (EndOfStreamException exception)
        {
            throw new ConsensusException(ConsensusFailure.SnapshotInvalid, "The snapshot ends within its session table.", exception);
        }

        _machine.Restore(snapshot);
        _sessions = sessions;
    }

    private sealed class SessionedSnapshot(byte[] sessions, IStateSnapshot machine) : IStateSnapshot
    {
        public void WriteTo(Stream destination)
        {
            Span<byte> header = stackalloc byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(header, sessions.Length);
            destination.Write(header);
            destination.Write(sessions);
            machine.WriteTo(destination);
        }

        public void Dispose() => machine.Dispose();
    }
}
