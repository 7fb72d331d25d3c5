using Consensus.Storage.Log;

namespace Consensus.Storage.Tests.Log;

public sealed class RecoveryTableTests
{
    [Test]
    public void Every_combination_of_findings_matches_exactly_one_row()
    {
        var combinations = 0;
        foreach (var findings in Combinations())
        {
            var rows = RecoveryTable.Rules.Where(rule => rule.Matches(findings)).Select(rule => rule.Name).ToList();
            Assert.That(rows, Has.Count.EqualTo(1), $"{findings}: {string.Join(", ", rows)}");
            combinations++;
        }

        Assert.That(combinations, Is.EqualTo(7 * 4 * 3 * 3));
    }

    [Test]
    public void Every_row_matches_something() =>
        Assert.That(RecoveryTable.Rules.Where(rule => !Combinations().Any(rule.Matches)), Is.Empty);

    [Test]
    public void Every_refusal_says_what_to_do() => Assert.That(
        RecoveryTable.Rules.Where(rule => rule.Verdict is RecoveryVerdict.RefuseCorrupt or RecoveryVerdict.RefuseForeign && rule.Advice.Length == 0),
        Is.Empty);

    private static IEnumerable<SegmentFindings> Combinations() =>
        from header in Single<HeaderFinding>(HeaderFinding.Any)
        from content in Single<ContentFinding>(ContentFinding.Any)
        from place in Single<PlaceFinding>(PlaceFinding.Any)
        from link in Single<LinkFinding>(LinkFinding.Any)
        select new SegmentFindings(header, content, place, link);

    private static IEnumerable<T> Single<T>(T any)
        where T : struct, Enum => Enum.GetValues<T>().Where(value => !value.Equals(any));
}
