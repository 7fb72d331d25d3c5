using System.Buffers;
using System.Buffers.Binary;
using Consensus.Cryptography;

namespace Consensus.Simulation.Tests.Guide;

/// <summary>The guide's state machine: hands out tickets with ascending numbers.</summary>
public class TicketMachine : IStateMachine
{
    private ulong _issued;

    public virtual ApplyOutcome Apply(in CommandContext context, ReadOnlySpan<byte> command, IBufferWriter<byte> result)
    {
        _issued++;
        result.Write(Bytes(_issued));
        return ApplyOutcome.Applied;
    }

    public void Query(ReadOnlySpan<byte> query, IBufferWriter<byte> result) => result.Write(Bytes(_issued));

    public virtual Digest StateHash() => Blake3.Hash(Bytes(_issued));

    public IStateSnapshot CaptureSnapshot() => new Snapshot(_issued);

    public void Restore(Stream snapshot)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        snapshot.ReadExactly(bytes);
        _issued = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    private static byte[] Bytes(ulong number)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, number);
        return bytes;
    }

    private sealed class Snapshot(ulong issued) : IStateSnapshot
    {
        public void WriteTo(Stream destination) => destination.Write(Bytes(issued));

        public void Dispose()
        {
        }
    }
}
