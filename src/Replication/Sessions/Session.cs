using System.Buffers;
using System.Buffers.Binary;
using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Replication.Sessions;

/// <summary>
/// One client's session: the results of its commands from the oldest one that it has not acknowledged. Results lie in a ring whose buffers
/// are reused, so that a session in steady state allocates nothing.
/// </summary>
internal sealed class Session
{
    /// <summary>How far a session's commands may run ahead of what it has acknowledged.</summary>
    public const int WindowMax = 16_384;

    private const int SmallestRing = 16;

    private Slot[] _ring = new Slot[SmallestRing];
    private Digest _digest;
    private bool _isDigestCurrent;

    public Session(ClientId client, LogIndex lastUsed)
    {
        Client = client;
        LastUsed = lastUsed;
        AcknowledgedBelow = 1;
        HighestUsed = 0;
    }

    public ClientId Client { get; }

    /// <summary>The last entry that belongs to the session.</summary>
    public LogIndex LastUsed { get; private set; }

    /// <summary>Results of smaller numbers are no longer kept.</summary>
    public ulong AcknowledgedBelow { get; private set; }

    /// <summary>The highest number with a result.</summary>
    public ulong HighestUsed { get; private set; }

    /// <summary>An entry of the session is applied.</summary>
    public void Use(LogIndex index, ulong acknowledgedBelow)
    {
        LastUsed = index;
        _isDigestCurrent = false;
        while (AcknowledgedBelow < acknowledgedBelow && AcknowledgedBelow <= HighestUsed)
        {
            _ring[Position(AcknowledgedBelow)].Forget();
            AcknowledgedBelow++;
        }

        AcknowledgedBelow = Math.Max(AcknowledgedBelow, acknowledgedBelow);
    }

    /// <summary>Whether a number lies in the window that the session may use.</summary>
    /// <remarks>The very last number is excluded: walking through the window up to and including it would never end.</remarks>
    public bool Allows(ulong sequence) => sequence - AcknowledgedBelow < WindowMax && sequence < ulong.MaxValue;

    /// <summary>Finds the result of a command that was applied before.</summary>
    public bool TryGet(ulong sequence, out AppliedCommand result)
    {
        ref var slot = ref _ring[Position(sequence)];
        var isKnown = slot.Sequence == sequence && slot.Sequence != 0;
        result = isKnown ? new AppliedCommand(new RequestId(Client, sequence), slot.Outcome, slot.Index, slot.Result) : default;
        return isKnown;
    }

    /// <summary>Keeps the result of a command.</summary>
    public AppliedCommand Keep(ulong sequence, CommandOutcome outcome, LogIndex index, ReadOnlySpan<byte> result)
    {
        MakeRoomFor(sequence);
        ref var slot = ref _ring[Position(sequence)];
        slot.Set(sequence, outcome, index, result);
        HighestUsed = Math.Max(HighestUsed, sequence);
        _isDigestCurrent = false;
        return new AppliedCommand(new RequestId(Client, sequence), outcome, index, slot.Result);
    }

    /// <summary>The hash of the whole session; computed anew only if something has changed.</summary>
    public Digest Digest(ArrayBufferWriter<byte> scratch)
    {
        if (!_isDigestCurrent)
        {
            scratch.ResetWrittenCount();
            WriteTo(scratch);
            _digest = Blake3.Hash(scratch.WrittenSpan);
            _isDigestCurrent = true;
        }

        return _digest;
    }

    /// <summary>Writes the session: client, last used, acknowledged below, number of results, and the results in order.</summary>
    public void WriteTo(IBufferWriter<byte> destination)
    {
        Span<byte> header = stackalloc byte[28];
        BinaryPrimitives.WriteUInt64LittleEndian(header, Client.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], LastUsed.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], AcknowledgedBelow);
        var count = 0;
        for (var sequence = AcknowledgedBelow; sequence <= HighestUsed; sequence++)
        {
            count += _ring[Position(sequence)].Sequence == sequence ? 1 : 0;
        }

        BinaryPrimitives.WriteInt32LittleEndian(header[24..], count);
        destination.Write(header);
        Span<byte> fields = stackalloc byte[21];
        for (var sequence = AcknowledgedBelow; sequence <= HighestUsed; sequence++)
        {
            ref var slot = ref _ring[Position(sequence)];
            if (slot.Sequence != sequence)
            {
                continue;
            }

            BinaryPrimitives.WriteUInt64LittleEndian(fields, sequence);
            fields[8] = (byte)slot.Outcome;
            BinaryPrimitives.WriteUInt64LittleEndian(fields[9..], slot.Index.Value);
            BinaryPrimitives.WriteInt32LittleEndian(fields[17..], slot.Result.Length);
            destination.Write(fields);
            destination.Write(slot.Result.Span);
        }
    }

    /// <summary>Reads what <see cref="WriteTo"/> wrote.</summary>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.SnapshotInvalid"/>.</exception>
    public static Session ReadFrom(SessionReader reader)
    {
        var session = new Session(new ClientId(reader.UInt64()), new LogIndex(reader.UInt64()));
        var acknowledgedBelow = reader.UInt64();
        SessionReader.Require(acknowledgedBelow >= 1, "a session has acknowledged nothing, not even the number 0");
        session.AcknowledgedBelow = acknowledgedBelow;
        var count = reader.Count(WindowMax, "results in a session");
        for (var previous = acknowledgedBelow - 1; count > 0; count--)
        {
            var sequence = reader.UInt64();
            SessionReader.Require(sequence > previous && session.Allows(sequence), $"result {sequence} of session {session.Client} is out of order");
            var outcome = (CommandOutcome)reader.Byte();
            SessionReader.Require(outcome is CommandOutcome.Applied or CommandOutcome.Rejected, $"result {sequence} of session {session.Client} has outcome {outcome}");
            var index = new LogIndex(reader.UInt64());
            session.Keep(sequence, outcome, index, reader.Bytes());
            previous = sequence;
        }

        return session;
    }

    private int Position(ulong sequence) => (int)(sequence & (ulong)(_ring.Length - 1));

    private void MakeRoomFor(ulong sequence)
    {
        var needed = sequence - AcknowledgedBelow + 1;
        if (needed <= (ulong)_ring.Length)
        {
            return;
        }

        var old = _ring;
        _ring = new Slot[(int)System.Numerics.BitOperations.RoundUpToPowerOf2(needed)];
        foreach (var slot in old)
        {
            if (slot.Sequence >= AcknowledgedBelow)
            {
                _ring[Position(slot.Sequence)] = slot;
            }
        }
    }

    private struct Slot
    {
        private byte[]? _buffer;
        private int _length;

        public ulong Sequence { get; private set; }

        public CommandOutcome Outcome { get; private set; }

        public LogIndex Index { get; private set; }

        public readonly ReadOnlyMemory<byte> Result => _buffer.AsMemory(0, _length);

        public void Set(ulong sequence, CommandOutcome outcome, LogIndex index, ReadOnlySpan<byte> result)
        {
            (Sequence, Outcome, Index, _length) = (sequence, outcome, index, result.Length);
            if (_buffer is null || _buffer.Length < result.Length || _buffer.Length > Math.Max(256, result.Length * 4))
            {
                _buffer = result.IsEmpty ? null : new byte[Math.Max(16, result.Length)];
            }

            result.CopyTo(_buffer);
        }

        public void Forget() => Sequence = 0;
    }
}
