using System.Collections.Immutable;

namespace Consensus.HotStuff.Leaders;

/// <summary>
/// Which leaders have failed lately, for each the last term, in the order of the terms. Each node carries what follows from its ancestors, so that also those know it who do
/// not have them all. Immutable.
/// </summary>
internal sealed class LeaderRecord(ImmutableArray<FailedTerm> failed) : IEquatable<LeaderRecord>
{
    public static LeaderRecord Empty { get; } = new([]);

    public ImmutableArray<FailedTerm> Failed { get; } = failed;

    /// <summary>The last term that a leader has failed in, if it is noted.</summary>
    public ulong? LastFailureOf(NodeId leader)
    {
        foreach (var each in Failed)
        {
            if (each.Leader == leader)
            {
                return each.Term;
            }
        }

        return null;
    }

    public bool Equals(LeaderRecord? other) => other is not null && Failed.AsSpan().SequenceEqual(other.Failed.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as LeaderRecord);

    public override int GetHashCode() => Failed.Length;
}
