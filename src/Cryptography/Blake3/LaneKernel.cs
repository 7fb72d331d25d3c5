using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Consensus.Cryptography;

/// <summary>
/// Compresses as many independent inputs of equal length as a vector has lanes, one in each: sixteen vectors are the states, sixteen more
/// the message. It serves full chunks and parents.
/// </summary>
/// <remarks>
/// Blocks are turned from rows into lanes, and chaining values back, by 4 x 4 transpositions within 128-bit parts, which every width has:
/// part p of a gathered vector belongs to input 4p + i. So the code is the same for all widths, and the JIT compiler makes one copy of it
/// for each. Like the row kernel, it must not be inlined into a caller.
/// </remarks>
/// <typeparam name="TLanes">The operations.</typeparam>
/// <typeparam name="TVector">The vector.</typeparam>
internal static class LaneKernel<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private const int MaxLanes = 16;

    /// <summary>Computes the chaining values of neighbouring inputs.</summary>
    /// <param name="key">32 bytes.</param>
    /// <param name="input">The first byte of the first input.</param>
    /// <param name="count">How many inputs: at most the number of lanes. The lanes that are left over repeat the last input.</param>
    /// <param name="blocks">How many full blocks each input has.</param>
    /// <param name="compression">The flags, and the counter of the first input.</param>
    /// <param name="counterStep">By how much each input's counter exceeds its predecessor's: one for chunks, zero for parents.</param>
    /// <param name="output">
    /// Where a chaining value for <em>every</em> lane goes; inputs and output may overlap if they have one block.
    /// </param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Compress(
        ref byte key, ref byte input, int count, int blocks, in Blake3Compression compression, uint counterStep, ref byte output)
    {
        Debug.Assert(count > 0 && count <= TLanes.Count && TLanes.Count <= MaxLanes);
        Span<nuint> offsets = stackalloc nuint[MaxLanes];
        Span<uint> countersLow = stackalloc uint[MaxLanes];
        Span<uint> countersHigh = stackalloc uint[MaxLanes];
        for (var i = 0; i < TLanes.Count; i++)
        {
            var counter = compression.Counter + ((ulong)(uint)i * counterStep);
            offsets[i] = (nuint)(uint)(Math.Min(i, count - 1) * blocks * Blake3Constants.BlockSize);
            countersLow[i] = (uint)counter;
            countersHigh[i] = (uint)(counter >> 32);
        }

        var low = TLanes.Load(ref MemoryMarshal.GetReference(countersLow));
        var high = TLanes.Load(ref MemoryMarshal.GetReference(countersHigh));
        ref var firstOffset = ref MemoryMarshal.GetReference(offsets);
        Unsafe.SkipInit(out LaneMessage<TVector> message);
        ref var m = ref Unsafe.As<LaneMessage<TVector>, TVector>(ref message);

        var v0 = Word(ref key, 0);
        var v1 = Word(ref key, 1);
        var v2 = Word(ref key, 2);
        var v3 = Word(ref key, 3);
        var v4 = Word(ref key, 4);
        var v5 = Word(ref key, 5);
        var v6 = Word(ref key, 6);
        var v7 = Word(ref key, 7);
        for (var block = 0; block < blocks; block++)
        {
            Transpose(ref input, ref firstOffset, ref m);
            input = ref Unsafe.Add(ref input, Blake3Constants.BlockSize);
            var flags = compression.Flags
                | (block == 0 ? compression.First : Blake3Flags.None)
                | (block == blocks - 1 ? compression.Last : Blake3Flags.None);

            var v8 = TLanes.Broadcast(Blake3Constants.Iv0);
            var v9 = TLanes.Broadcast(Blake3Constants.Iv1);
            var v10 = TLanes.Broadcast(Blake3Constants.Iv2);
            var v11 = TLanes.Broadcast(Blake3Constants.Iv3);
            var v12 = low;
            var v13 = high;
            var v14 = TLanes.Broadcast(Blake3Constants.BlockSize);
            var v15 = TLanes.Broadcast((uint)flags);

            ref var s = ref MemoryMarshal.GetReference(Blake3Constants.Schedule);
            for (var round = 0; round < Blake3Constants.Rounds; round++)
            {
                TLanes.Mix(ref v0, ref v4, ref v8, ref v12, At(ref m, ref s, 0), At(ref m, ref s, 1));
                TLanes.Mix(ref v1, ref v5, ref v9, ref v13, At(ref m, ref s, 2), At(ref m, ref s, 3));
                TLanes.Mix(ref v2, ref v6, ref v10, ref v14, At(ref m, ref s, 4), At(ref m, ref s, 5));
                TLanes.Mix(ref v3, ref v7, ref v11, ref v15, At(ref m, ref s, 6), At(ref m, ref s, 7));
                TLanes.Mix(ref v0, ref v5, ref v10, ref v15, At(ref m, ref s, 8), At(ref m, ref s, 9));
                TLanes.Mix(ref v1, ref v6, ref v11, ref v12, At(ref m, ref s, 10), At(ref m, ref s, 11));
                TLanes.Mix(ref v2, ref v7, ref v8, ref v13, At(ref m, ref s, 12), At(ref m, ref s, 13));
                TLanes.Mix(ref v3, ref v4, ref v9, ref v14, At(ref m, ref s, 14), At(ref m, ref s, 15));
                s = ref Unsafe.Add(ref s, 16);
            }

            v0 = TLanes.Xor(v0, v8);
            v1 = TLanes.Xor(v1, v9);
            v2 = TLanes.Xor(v2, v10);
            v3 = TLanes.Xor(v3, v11);
            v4 = TLanes.Xor(v4, v12);
            v5 = TLanes.Xor(v5, v13);
            v6 = TLanes.Xor(v6, v14);
            v7 = TLanes.Xor(v7, v15);
        }

        Store(v0, v1, v2, v3, ref output);
        Store(v4, v5, v6, v7, ref Unsafe.Add(ref output, 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Word(ref byte key, int index) =>
        TLanes.Broadcast(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref key, 4 * index)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector At(ref TVector message, ref byte schedule, int index) =>
        Unsafe.Add(ref message, (nuint)Unsafe.Add(ref schedule, index));

    /// <summary>Reads one block of every input: word i of all of them becomes the i-th message vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(ref byte input, ref nuint offsets, ref TVector m)
    {
        for (var quarter = 0; quarter < 4; quarter++)
        {
            ref var part = ref Unsafe.Add(ref input, 16 * quarter);
            var (w0, w1, w2, w3) = Transpose4(
                TLanes.Gather(ref part, ref offsets),
                TLanes.Gather(ref part, ref Unsafe.Add(ref offsets, 1)),
                TLanes.Gather(ref part, ref Unsafe.Add(ref offsets, 2)),
                TLanes.Gather(ref part, ref Unsafe.Add(ref offsets, 3)));
            ref var words = ref Unsafe.Add(ref m, 4 * quarter);
            words = w0;
            Unsafe.Add(ref words, 1) = w1;
            Unsafe.Add(ref words, 2) = w2;
            Unsafe.Add(ref words, 3) = w3;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TVector w0, TVector w1, TVector w2, TVector w3, ref byte output)
    {
        var (lane0, lane1, lane2, lane3) = Transpose4(w0, w1, w2, w3);
        TLanes.Scatter(lane0, ref output);
        TLanes.Scatter(lane1, ref Unsafe.Add(ref output, 1 * Blake3Constants.ChainingValueSize));
        TLanes.Scatter(lane2, ref Unsafe.Add(ref output, 2 * Blake3Constants.ChainingValueSize));
        TLanes.Scatter(lane3, ref Unsafe.Add(ref output, 3 * Blake3Constants.ChainingValueSize));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector Row0, TVector Row1, TVector Row2, TVector Row3) Transpose4(TVector a, TVector b, TVector c, TVector d)
    {
        var abLow = TLanes.InterleaveLow32(a, b);
        var abHigh = TLanes.InterleaveHigh32(a, b);
        var cdLow = TLanes.InterleaveLow32(c, d);
        var cdHigh = TLanes.InterleaveHigh32(c, d);
        return (
            TLanes.InterleaveLow64(abLow, cdLow),
            TLanes.InterleaveHigh64(abLow, cdLow),
            TLanes.InterleaveLow64(abHigh, cdHigh),
            TLanes.InterleaveHigh64(abHigh, cdHigh));
    }
}
