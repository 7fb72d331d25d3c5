using System.Buffers;

namespace Consensus.Serialization.Tests;

/// <summary>Sequences of more than one segment.</summary>
internal static class Segments
{
    public static ReadOnlySequence<byte> Cut(ReadOnlyMemory<byte> data, params ReadOnlySpan<int> ascendingCuts)
    {
        var first = new Segment(data[..(ascendingCuts.Length > 0 ? ascendingCuts[0] : data.Length)]);
        var last = first;
        for (var i = 0; i < ascendingCuts.Length; i++)
        {
            var end = i + 1 < ascendingCuts.Length ? ascendingCuts[i + 1] : data.Length;
            last = last.Append(data[ascendingCuts[i]..end]);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    public static ReadOnlySequence<byte> ByteByByte(ReadOnlyMemory<byte> data)
    {
        var cuts = new int[2 * (data.Length + 1)];
        for (var i = 0; i < cuts.Length; i++)
        {
            cuts[i] = i / 2;
        }

        return Cut(data, cuts);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory) => Memory = memory;

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
