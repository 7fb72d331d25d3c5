namespace Consensus.Cryptography;

/// <summary>What <see cref="LaneKernel{TLanes, TVector}"/> needs of a vector width: a lane is one 32-bit word of one input.</summary>
/// <typeparam name="TVector">The vector.</typeparam>
internal interface ILanes<TVector>
    where TVector : struct
{
    /// <summary>How many inputs lie side by side.</summary>
    static abstract int Count { get; }

    /// <summary>The same word in every lane.</summary>
    static abstract TVector Broadcast(uint word);

    /// <summary>Lane i from the i-th word on.</summary>
    static abstract TVector Load(ref uint words);

    /// <summary>Sixteen bytes of every fourth input: 128-bit part p has those at <c>offsets[4 * p]</c>.</summary>
    static abstract TVector Gather(ref byte input, ref nuint offsets);

    /// <summary>
    /// The inverse of a gathering: 128-bit part p goes to the chaining value of lane <c>4 * p</c> from <paramref name="output"/> on.
    /// </summary>
    static abstract void Scatter(TVector vector, ref byte output);

    /// <summary>Interleaves the lower words of each 128-bit part.</summary>
    static abstract TVector InterleaveLow32(TVector left, TVector right);

    /// <summary>Interleaves the upper words of each 128-bit part.</summary>
    static abstract TVector InterleaveHigh32(TVector left, TVector right);

    /// <summary>Puts the lower halves of each 128-bit part side by side.</summary>
    static abstract TVector InterleaveLow64(TVector left, TVector right);

    /// <summary>Puts the upper halves of each 128-bit part side by side.</summary>
    static abstract TVector InterleaveHigh64(TVector left, TVector right);

    /// <summary>Exclusive or.</summary>
    static abstract TVector Xor(TVector left, TVector right);

    /// <summary>BLAKE3's mixing function G in every lane.</summary>
    static abstract void Mix(ref TVector a, ref TVector b, ref TVector c, ref TVector d, TVector x, TVector y);
}
