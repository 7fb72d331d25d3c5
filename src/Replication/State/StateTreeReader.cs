using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Consensus.Replication.State;

/// <summary>
/// Reads the <see cref="StateTreeFormat"/>, and nothing but its one form. A length is believed only as far as the bytes for it arrive.
/// </summary>
internal sealed class StateTreeReader
{
    private readonly Stream _source;
    private readonly byte[] _buffer;
    private int _start;
    private int _end;
    private long _offset;

    private StateTreeReader(Stream source, byte[] buffer)
    {
        _source = source;
        _buffer = buffer;
    }

    public static StateTree Read(Stream source)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(StateTreeFormat.BufferSize);
        try
        {
            return new StateTreeReader(source, buffer).Read();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private StateTree Read()
    {
        var header = Take(StateTreeFormat.HeaderSize);
        Require(header.StartsWith(StateTreeFormat.Magic), "it does not begin as a tree of version 1 does");
        var count = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        Require(count >= 0, $"it is said to have {count} entries");

        var tree = new StateTree();
        byte[] previous = [];
        for (; count > 0; count--)
        {
            var lengths = Take(StateTreeFormat.EntryHeaderSize);
            var keyLength = BinaryPrimitives.ReadUInt16LittleEndian(lengths);
            var valueLength = BinaryPrimitives.ReadInt32LittleEndian(lengths[2..]);
            Require(keyLength is > 0 and <= StateTree.KeyBytesMax, $"a key has {keyLength} bytes; allowed are 1 to {StateTree.KeyBytesMax}");
            Require(valueLength is >= 0 and <= StateTree.ValueBytesMax, $"a value has {valueLength} bytes; allowed are 0 to {StateTree.ValueBytesMax}");
            var key = Take(keyLength).ToArray();
            Require(key.AsSpan().SequenceCompareTo(previous) > 0, "a key does not come after the one before it");
            tree.Append(key, TakeValue(valueLength));
            previous = key;
        }

        Require(_start == _end && _source.ReadAtLeast(_buffer, 1, throwOnEndOfStream: false) == 0, "bytes follow the last entry");
        return tree;
    }

    /// <summary>Gives a few bytes, valid until the next call.</summary>
    private ReadOnlySpan<byte> Take(int count)
    {
        if (_end - _start < count)
        {
            Refill(count);
        }

        var taken = _buffer.AsSpan(_start, count);
        _start += count;
        _offset += count;
        return taken;
    }

    private void Refill(int count)
    {
        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        _end += _source.ReadAtLeast(_buffer.AsSpan(_end), count - _end, throwOnEndOfStream: false);
        Require(_end >= count, $"{count - _end} bytes are missing at its end");
    }

    private byte[] TakeValue(int length)
    {
        if (length <= _buffer.Length)
        {
            return Take(length).ToArray();
        }

        // The array grows with what arrives, not with what was announced.
        var value = new byte[_buffer.Length];
        for (var filled = 0; filled < length;)
        {
            if (filled == value.Length)
            {
                Array.Resize(ref value, (int)Math.Min(length, 2L * value.Length));
            }

            var piece = Take(Math.Min(_buffer.Length, value.Length - filled));
            piece.CopyTo(value.AsSpan(filled));
            filled += piece.Length;
        }

        return value;
    }

    private void Require([DoesNotReturnIf(false)] bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] ProblemText problem)
    {
        if (!holds)
        {
            throw new ConsensusException(ConsensusFailure.SnapshotInvalid, $"The snapshot's state tree is damaged at offset {_offset}: {problem.Take()}.");
        }
    }
}
