namespace Consensus.Engine;

/// <summary>A point in the replicated log.</summary>
/// <param name="Index">The entry's position.</param>
/// <param name="Term">Its term.</param>
/// <param name="Chain">Its chain hash.</param>
public readonly record struct LogPosition(LogIndex Index, Term Term, Digest Chain)
{
    /// <summary>The point before the first entry.</summary>
    public static LogPosition Origin => default;
}
