using System.Globalization;

namespace Consensus.Storage.Snapshots;

/// <summary>
/// The names in the snapshot folder: <c>index-term-mark.snapshot</c>, both numbers with 20 decimal digits, so that the order of names is
/// that of positions. The mark is the beginning of the header's hash: a different snapshot of the same position gets a name of its
/// own, and never replaces a file that somebody reads.
/// </summary>
internal static class SnapshotFileName
{
    /// <summary>The file that <see cref="SnapshotStore.Save"/> writes to until it is complete.</summary>
    public const string Writing = "writing.partial";

    /// <summary>The file that collects the parts of a peer's snapshot.</summary>
    public const string Receiving = "receiving.partial";

    private const string Extension = ".snapshot";
    private const int NumberDigits = 20;
    private const int MarkDigits = 16;
    private const int Length = NumberDigits + 1 + NumberDigits + 1 + MarkDigits;

    public static string Format(LogIndex index, Term term, Digest headerHash) =>
        string.Create(CultureInfo.InvariantCulture, $"{index.Value:D20}-{term.Value:D20}-{headerHash.ToString()[..MarkDigits]}{Extension}");

    /// <summary>Whether <paramref name="name"/> is that of a complete snapshot.</summary>
    public static bool TryParse(string name, out LogIndex index, out Term term)
    {
        index = default;
        term = default;
        if (name.Length != Length + Extension.Length
            || !name.EndsWith(Extension, StringComparison.Ordinal)
            || name[NumberDigits] != '-'
            || name[(2 * NumberDigits) + 1] != '-'
            || !TryParseNumber(name.AsSpan(0, NumberDigits), out var indexValue)
            || !TryParseNumber(name.AsSpan(NumberDigits + 1, NumberDigits), out var termValue))
        {
            return false;
        }

        index = new LogIndex(indexValue);
        term = new Term(termValue);
        return true;
    }

    private static bool TryParseNumber(ReadOnlySpan<char> digits, out ulong value) =>
        ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
