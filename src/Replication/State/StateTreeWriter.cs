using System.Buffers;
using System.Buffers.Binary;

namespace Consensus.Replication.State;

/// <summary>Writes a view in the <see cref="StateTreeFormat"/>, through a buffer.</summary>
internal static class StateTreeWriter
{
    public static void Write(StateTreeView view, Stream destination)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(StateTreeFormat.BufferSize);
        try
        {
            StateTreeFormat.Magic.CopyTo(buffer);
            BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(4), view.Count);
            var length = StateTreeFormat.HeaderSize;
            foreach (var entry in view.Scan(default))
            {
                length = Write(entry, destination, buffer, length);
            }

            destination.Write(buffer, 0, length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int Write(in StateTreeEntry entry, Stream destination, byte[] buffer, int length)
    {
        var key = entry.Key.Span;
        var value = entry.Value.Span;
        var needed = StateTreeFormat.EntryHeaderSize + key.Length;
        if (length + needed + value.Length > buffer.Length)
        {
            destination.Write(buffer, 0, length);
            length = 0;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(length), (ushort)key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(length + 2), value.Length);
        key.CopyTo(buffer.AsSpan(length + StateTreeFormat.EntryHeaderSize));
        length += needed;
        if (value.Length <= buffer.Length - length)
        {
            value.CopyTo(buffer.AsSpan(length));
            return length + value.Length;
        }

        destination.Write(buffer, 0, length);
        destination.Write(value);
        return 0;
    }
}
