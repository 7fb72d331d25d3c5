using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Consensus.Cryptography;

/// <summary>
/// A block's sixteen words in the order in which <see cref="RowKernel"/> adds them in one round: a vector for each half of the column step
/// and of the diagonal step. The diagonals are turned by one place, as the first row is in that step.
/// </summary>
internal readonly struct RowMessage
{
    /// <summary>Reads the words of round 1: columns take 0, 2, 4, 6 and 1, 3, 5, 7; diagonals 14, 8, 10, 12 and 15, 9, 11, 13.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RowMessage(scoped ref byte block)
    {
        var words0 = Vector128.LoadUnsafe(ref block).AsUInt32();
        var words4 = Vector128.LoadUnsafe(ref block, 16).AsUInt32();
        var words8 = Vector128.LoadUnsafe(ref block, 32).AsUInt32();
        var words12 = Vector128.LoadUnsafe(ref block, 48).AsUInt32();
        var lowHalf = Vector128.Create(uint.MaxValue, uint.MaxValue, 0, 0);
        ColumnsX = Select(lowHalf, Shuffle(words0, 0, 2, 0, 2), Shuffle(words4, 0, 2, 0, 2));
        ColumnsY = Select(lowHalf, Shuffle(words0, 1, 3, 1, 3), Shuffle(words4, 1, 3, 1, 3));
        var middle = Vector128.Create(0, uint.MaxValue, uint.MaxValue, 0);
        DiagonalsX = Select(middle, Shuffle(words8, 0, 0, 2, 2), Shuffle(words12, 2, 0, 2, 0));
        DiagonalsY = Select(middle, Shuffle(words8, 1, 1, 3, 3), Shuffle(words12, 3, 1, 3, 1));
    }

    private RowMessage(Vector128<uint> columnsX, Vector128<uint> columnsY, Vector128<uint> diagonalsX, Vector128<uint> diagonalsY)
    {
        ColumnsX = columnsX;
        ColumnsY = columnsY;
        DiagonalsX = diagonalsX;
        DiagonalsY = diagonalsY;
    }

    public Vector128<uint> ColumnsX { get; }

    public Vector128<uint> ColumnsY { get; }

    public Vector128<uint> DiagonalsX { get; }

    public Vector128<uint> DiagonalsY { get; }

    /// <summary>The words in the order of the next round.</summary>
    /// <remarks>
    /// The message permutation, seen through the order above, takes words (2, 3, 7, 4), (6, 10, 0, 13), (15, 1, 12, 9) and (8, 11, 5, 14)
    /// of the current round. Each is put together from the two or three vectors that hold its words.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RowMessage Next()
    {
        var first = Vector128.Create(uint.MaxValue, 0, 0, 0);
        var second = Vector128.Create(0, uint.MaxValue, 0, 0);
        var third = Vector128.Create(0, 0, uint.MaxValue, 0);
        var fourth = Vector128.Create(0, 0, 0, uint.MaxValue);
        return new RowMessage(
            Select(first | fourth, Shuffle(ColumnsX, 1, 0, 0, 2), Shuffle(ColumnsY, 0, 1, 3, 0)),
            Select(fourth, DiagonalsY, Select(second, Shuffle(DiagonalsX, 0, 2, 0, 0), Shuffle(ColumnsX, 3, 0, 0, 0))),
            Select(second, Shuffle(ColumnsY, 0, 0, 0, 0), Select(third, Shuffle(DiagonalsX, 0, 0, 3, 0), Shuffle(DiagonalsY, 0, 0, 0, 1))),
            Select(third, ColumnsY, Select(second, Shuffle(DiagonalsY, 0, 2, 0, 0), Shuffle(DiagonalsX, 1, 0, 0, 0))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Shuffle(Vector128<uint> words, uint i, uint j, uint k, uint l) =>
        Vector128.Shuffle(words, Vector128.Create(i, j, k, l));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Select(Vector128<uint> mask, Vector128<uint> left, Vector128<uint> right) =>
        Vector128.ConditionalSelect(mask, left, right);
}
