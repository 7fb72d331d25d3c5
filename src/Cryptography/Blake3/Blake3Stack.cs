using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Consensus.Cryptography;

/// <summary>
/// The chaining values of the complete subtrees to the left of where hashing has come to, largest first: one for each one-bit in the number
/// of chunks so far, as in a binary counter (specification, section 5.1.2).
/// </summary>
/// <remarks>
/// Whoever pushes a subtree knows that more input follows it. Therefore no merge here can be the root, and none has to be put off.
/// </remarks>
internal struct Blake3Stack
{
    // The input has at most 2^64 - 1 bytes, hence less than 2^54 chunks; one more slot for a value on its way to its parent.
    private const int Slots = 55;

    private Values _values;
    private int _count;

    /// <summary>How many subtrees there are.</summary>
    public readonly int Count => _count;

    /// <summary>Forgets everything.</summary>
    public void Clear() => _count = 0;

    /// <summary>The chaining value of a subtree; zero is the leftmost and largest.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> this[int index] => At(index, 1);

    /// <summary>Adds a complete subtree, and merges it with its neighbours as far as that completes larger ones.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="chainingValue">The subtree.</param>
    /// <param name="totalChunks">The number of chunks up to its end.</param>
    public void Push(in Blake3Mode mode, ReadOnlySpan<byte> chainingValue, ulong totalChunks)
    {
        chainingValue.CopyTo(At(_count, 1));
        _count++;
        for (var complete = BitOperations.PopCount(totalChunks); _count > complete; _count--)
        {
            Blake3Kernel.Parents(mode, At(_count - 2, 2));
        }

        Debug.Assert(_count == BitOperations.PopCount(totalChunks));
    }

    [UnscopedRef]
    private Span<byte> At(int index, int count) =>
        ((Span<byte>)_values).Slice(index * Blake3Constants.ChainingValueSize, count * Blake3Constants.ChainingValueSize);

    [InlineArray(Slots * Blake3Constants.ChainingValueSize)]
    private struct Values
    {
        private byte _first;
    }
}
