using System.Buffers.Binary;
using Consensus.Engine;

namespace Consensus.Replication.Sessions;

/// <summary>The result of one command, in the one array that the table, its tree and snapshots under way share. The array never changes.</summary>
/// <param name="Sequence">The command's number.</param>
/// <param name="Record">Outcome (1 byte), index of the entry (8, little-endian), result.</param>
/// <param name="IsInTree">Whether the tree of the <see cref="SessionTable"/> has it too.</param>
internal readonly record struct KeptResult(ulong Sequence, byte[] Record, bool IsInTree)
{
    public const int HeaderSize = 9;

    /// <summary>What it counts against the bounds of <see cref="SessionOptions"/>.</summary>
    public long Cost => SessionOptions.ResultOverheadBytes + Record.Length - HeaderSize;

    public CommandOutcome Outcome => (CommandOutcome)Record[0];

    public LogIndex Index => new(BinaryPrimitives.ReadUInt64LittleEndian(Record.AsSpan(1)));

    public static KeptResult Of(ulong sequence, CommandOutcome outcome, LogIndex index, ReadOnlySpan<byte> result)
    {
        var record = GC.AllocateUninitializedArray<byte>(HeaderSize + result.Length);
        record[0] = (byte)outcome;
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(1), index.Value);
        result.CopyTo(record.AsSpan(HeaderSize));
        return new KeptResult(sequence, record, IsInTree: false);
    }

    /// <summary>The command as its first application answered it.</summary>
    public AppliedCommand AppliedOf(ClientId client) => new(new RequestId(client, Sequence), Outcome, Index, Record.AsMemory(HeaderSize));
}
