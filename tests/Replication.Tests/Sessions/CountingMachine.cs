using System.Buffers;
using System.Buffers.Binary;
using Consensus.Cryptography;

namespace Consensus.Replication.Tests.Sessions;

/// <summary>Counts the commands that reach it and answers with their number and their bytes; rejects those that begin with an R.</summary>
internal sealed class CountingMachine : IStateMachine
{
    public int Count { get; private set; }

    public ApplyOutcome Apply(in CommandContext context, ReadOnlySpan<byte> command, IBufferWriter<byte> result)
    {
        result.Write(Bytes(Count));
        result.Write(command);
        if (command.StartsWith("R"u8))
        {
            return ApplyOutcome.Rejected;
        }

        Count++;
        return ApplyOutcome.Applied;
    }

    public void Query(ReadOnlySpan<byte> query, IBufferWriter<byte> result) => result.Write(Bytes(Count));

    public Digest StateHash() => Blake3.Hash(Bytes(Count));

    public IStateSnapshot CaptureSnapshot() => new Snapshot(Bytes(Count));

    public void Restore(Stream snapshot)
    {
        Span<byte> bytes = stackalloc byte[5];
        if (snapshot.ReadAtLeast(bytes, 5, throwOnEndOfStream: false) != 4)
        {
            throw new ConsensusException(ConsensusFailure.SnapshotInvalid, "A count has 4 bytes.");
        }

        Count = BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, count);
        return bytes;
    }

    private sealed class Snapshot(byte[] bytes) : IStateSnapshot
    {
        public void WriteTo(Stream destination) => destination.Write(bytes);

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
