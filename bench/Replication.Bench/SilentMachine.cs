using System.Buffers;
using Consensus.Cryptography;

namespace Consensus.Replication.Bench;

/// <summary>Does nothing and answers each command with as many bytes, so that what is measured is what lies before it.</summary>
internal sealed class SilentMachine(int resultSize) : IStateMachine
{
    private readonly byte[] _result = new byte[resultSize];

    public ApplyOutcome Apply(in CommandContext context, ReadOnlySpan<byte> command, IBufferWriter<byte> result)
    {
        result.Write(_result);
        return ApplyOutcome.Applied;
    }

    public void Query(ReadOnlySpan<byte> query, IBufferWriter<byte> result) => result.Write(_result);

    public Digest StateHash() => Blake3.Hash(_result);

    public IStateSnapshot CaptureSnapshot() => new Nothing();

    public void Restore(Stream snapshot)
    {
        // There is nothing to read.
    }

    private sealed class Nothing : IStateSnapshot
    {
        public void WriteTo(Stream destination)
        {
            // There is nothing to write.
        }

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
