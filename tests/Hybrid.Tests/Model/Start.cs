namespace Consensus.Hybrid.Tests.Model;

/// <summary>Where the next epoch begins, as its slot 0 may decide it from a quorum's statements. Every set of statements that there might be is looked at.</summary>
internal static class Start
{
    /// <summary>What a replica says when it ends the epoch. Only the floor is proved.</summary>
    /// <param name="Log">Its log, which goes through the floor; the floor alone if it does not.</param>
    /// <param name="Floor">The log up to its highest floor, with its certificate.</param>
    public readonly record struct Statement(Chain Log, Chain Floor);

    /// <summary>What may be decided in a world.</summary>
    public static IEnumerable<Chain> Of(World world, Rules rules)
    {
        var honest = new List<Statement>();
        foreach (var replica in world.Honest)
        {
            if (replica.IsSealed)
            {
                honest.Add(new Statement(replica.ReportedFloor.IsPrefixOf(replica.Reported) ? replica.Reported : replica.ReportedFloor, replica.ReportedFloor));
            }
        }

        foreach (var statements in Subsets(honest, rules.Quorum))
        {
            yield return Decide(statements, rules);
        }

        if (world.HasLiar)
        {
            foreach (var statements in Subsets(honest, rules.Quorum - 1))
            {
                foreach (var lie in LiesIn(world, rules))
                {
                    yield return Decide([.. statements, lie], rules);
                }
            }
        }
    }

    private static Chain Decide(IReadOnlyList<Statement> statements, Rules rules)
    {
        var floor = rules.BeginsAboveFloor ? statements.Select(each => each.Floor).MaxBy(each => each.Length) : Chain.Empty;
        var above = statements.Select(each => each.Log).Where(floor.IsPrefixOf).ToArray();
        var held = above.SelectMany(PrefixesOf).Where(floor.IsPrefixOf).Where(log => above.Count(log.IsPrefixOf) >= rules.Holders).ToArray();
        // With four there are no two groups of two among three that have different logs; which one is chosen where there are does not matter.
        var best = held.DefaultIfEmpty(floor).MaxBy(log => log.Length);
        return rules.CutsAtSeal ? best.Prefix(best.ApplicableLength) : best;
    }

    private static IEnumerable<Chain> PrefixesOf(Chain log) => Enumerable.Range(0, log.Length + 1).Select(log.Prefix);

    /// <summary>What the liar might report that makes a difference: a log that somebody has, or might have. What it alone says it has counts for nothing.</summary>
    private static IEnumerable<Statement> LiesIn(World world, Rules rules)
    {
        var floors = Steps.CertificatesIn(world, rules).Prepend(Chain.Empty).ToArray();
        foreach (var log in Steps.SignedLogsIn(world).Concat(floors).Distinct())
        {
            foreach (var floor in floors.Where(floor => floor.IsPrefixOf(log)))
            {
                yield return new Statement(log, floor);
            }
        }
    }

    private static IEnumerable<IReadOnlyList<Statement>> Subsets(List<Statement> all, int size)
    {
        for (var mask = 0; mask < 1 << all.Count; mask++)
        {
            if (int.PopCount(mask) == size)
            {
                yield return [.. all.Where((_, index) => (mask & (1 << index)) != 0)];
            }
        }
    }
}
