using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Consensus.Replication.Sessions;

/// <summary>Reads the sessions of a snapshot, never trusting a length.</summary>
internal sealed class SessionReader(byte[] bytes)
{
    private int _position;

    public bool IsAtEnd => _position == bytes.Length;

    /// <summary>Refuses the snapshot if something about it is impossible.</summary>
    public static void Require([DoesNotReturnIf(false)] bool holds, string problem)
    {
        if (!holds)
        {
            throw new ConsensusException(ConsensusFailure.SnapshotInvalid, $"The snapshot's session table is damaged: {problem}.");
        }
    }

    public byte Byte() => Take(1)[0];

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public int Count(int allowed, string what)
    {
        var count = BinaryPrimitives.ReadInt32LittleEndian(Take(4));
        Require(count >= 0 && count <= allowed, $"there are {count} {what}; allowed are {allowed}");
        return count;
    }

    public ReadOnlySpan<byte> Bytes() => Take(Count(bytes.Length - _position, "bytes in a result"));

    private ReadOnlySpan<byte> Take(int count)
    {
        Require(bytes.Length - _position >= count, $"{count} bytes are missing at offset {_position}");
        var taken = bytes.AsSpan(_position, count);
        _position += count;
        return taken;
    }
}
