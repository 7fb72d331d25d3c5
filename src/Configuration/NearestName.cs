namespace Consensus.Configuration;

/// <summary>Finds what somebody probably meant who mistyped a name.</summary>
internal static class NearestName
{
    /// <summary>The candidate with the fewest edits between it and <paramref name="name"/>, whatever its case.</summary>
    public static string Find(string name, IEnumerable<string> candidates) =>
        candidates.MinBy(candidate => Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant()))
        ?? throw new ArgumentException("There is no candidate.", nameof(candidates));

    // Levenshtein, one row at a time.
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 0; i < left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i + 1;
            for (var j = 0; j < right.Length; j++)
            {
                var replaced = diagonal + (left[i] == right[j] ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(replaced, Math.Min(row[j], diagonal) + 1);
            }
        }

        return row[^1];
    }
}
