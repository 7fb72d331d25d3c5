namespace Consensus.Configuration;

/// <summary>Finds what somebody probably meant who mistyped a name.</summary>
internal static class NearestName
{
    /// <summary>What to say of a key that is not known: the one that was probably meant, or, if nothing is like it, all there are.</summary>
    /// <param name="path">The key's path.</param>
    /// <param name="name">The key.</param>
    /// <param name="known">The keys that may stand there.</param>
    public static string Complain(string path, string name, IReadOnlyCollection<string> known) => Find(name, known) is { } nearest
        ? $"{path} is not a known key; the nearest one is {nearest}."
        : $"{path} is not a known key; allowed: {string.Join(", ", known)}.";

    /// <summary>The candidate with the fewest edits between it and <paramref name="name"/>, whatever its case; null if those are more than a third of it.</summary>
    private static string? Find(string name, IEnumerable<string> candidates) => candidates
        .Select(candidate => (Name: candidate, Distance: Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant())))
        .Where(candidate => candidate.Distance * 3 <= Math.Max(name.Length, candidate.Name.Length))
        .OrderBy(candidate => candidate.Distance)
        .Select(candidate => candidate.Name)
        .FirstOrDefault();

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
