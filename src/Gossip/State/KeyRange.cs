using System.Globalization;

namespace Consensus.Gossip.State;

/// <summary>All positions that begin with the same hexadecimal digits.</summary>
/// <param name="Start">The first 64 bits of the lowest of them: the digits, then zeros.</param>
/// <param name="Depth">How many digits: 0 for all positions, up to <see cref="DepthMax"/>.</param>
internal readonly record struct KeyRange(ulong Start, int Depth)
{
    /// <summary>How many digits a range's name has at most. That two positions share so many of them takes 2^32 attempts, that seventeen do nobody achieves.</summary>
    public const int DepthMax = 16;

    /// <summary>Into how many parts a range falls.</summary>
    public const int Parts = 16;

    /// <summary>All positions.</summary>
    public static KeyRange All => default;

    /// <summary>The first 64 bits of the highest position.</summary>
    public ulong Last => Start | Rest;

    /// <summary>Whether the digits stand for a range: nothing but zeros behind them.</summary>
    public bool IsValid => Depth is >= 0 and <= DepthMax && (Start & Rest) == 0;

    /// <summary>The bits behind the digits.</summary>
    private ulong Rest => Depth == DepthMax ? 0 : ulong.MaxValue >> (4 * Depth);

    /// <summary>One of its parts.</summary>
    public KeyRange Part(int digit) => new(Start | ((ulong)digit << (60 - (4 * Depth))), Depth + 1);

    /// <summary>Whether positions that begin with these 64 bits are in it.</summary>
    public bool Contains(ulong leading) => leading >= Start && leading <= Last;

    /// <summary>How far it is from a place, for walking around from there: the range that holds the place comes first.</summary>
    public ulong DistanceFrom(ulong place) => unchecked(Last - place);

    /// <summary>The digits.</summary>
    public override string ToString() => Depth == 0 ? "*" : string.Concat(Start.ToString("x16", CultureInfo.InvariantCulture).AsSpan(0, Depth), "*");
}
