using System.Collections.Immutable;
using Consensus.Engine;
using Consensus.Raft.Log;

namespace Consensus.Raft.Tests.Log;

[TestFixture]
public sealed class TermOrderTests
{
    // Terms of entries 1 to 8, after a base of term zero.
    [TestCase(8UL, 9UL, 8UL)]
    [TestCase(8UL, 3UL, 6UL)]
    [TestCase(5UL, 3UL, 5UL)]
    [TestCase(8UL, 2UL, 3UL)]
    [TestCase(8UL, 1UL, 3UL)]
    [TestCase(8UL, 0UL, 0UL)]
    [TestCase(100UL, 9UL, 8UL, Description = "an index that the log does not reach")]
    public void The_conflict_hint_skips_terms_that_cannot_agree(ulong index, ulong term, ulong expected)
    {
        var effects = new EffectBuffer(Lsn.Zero);
        var log = NewLog(LogPosition.Origin);
        foreach (var entryTerm in new ulong[] { 1, 1, 1, 3, 3, 3, 4, 4 })
        {
            log.Append(new Term(entryTerm), EntryKind.Command, default, default, effects);
        }

        Assert.That(log.LastAtMost(new LogIndex(index), new Term(term)).Value, Is.EqualTo(expected));
    }

    // The own log ends with entry 3 of term 5.
    [TestCase(3UL, 5UL, true)]
    [TestCase(4UL, 5UL, true)]
    [TestCase(2UL, 5UL, false)]
    [TestCase(1UL, 6UL, true)]
    [TestCase(100UL, 4UL, false)]
    public void A_later_term_counts_more_than_a_longer_log(ulong lastIndex, ulong lastTerm, bool isUpToDate) =>
        Assert.That(
            NewLog(new LogPosition(new LogIndex(3), new Term(5), default)).IsUpToDate(new LogIndex(lastIndex), new Term(lastTerm)),
            Is.EqualTo(isUpToDate));

    private static EntryLog NewLog(LogPosition start) => new(new RecoveredState
    {
        Snapshot = null,
        Base = start,
        Entries = [],
        Slots = ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>>.Empty,
        LastLsn = Lsn.Zero,
        Bootstrap = ClusterMembership.Empty,
        AcceptsWrites = true,
    });
}
