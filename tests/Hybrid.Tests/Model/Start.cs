namespace Consensus.Hybrid.Tests.Model;

/// <summary>Where the next epoch begins, as its slot 0 may decide it from a quorum's statements. Every set of statements that there might be is looked at.</summary>
internal static class Start
{
    /// <summary>What a replica says when it seals the epoch, as far as others can verify it.</summary>
    /// <param name="Log">Its log: each entry is signed by its term's leader.</param>
    /// <param name="Floor">The log up to its highest floor, with its certificate.</param>
    /// <param name="Applied">If it has applied the seal: the log up to there. Nobody can verify that alone.</param>
    public readonly record struct Statement(Chain Log, Chain Floor, Chain? Applied);

    /// <summary>What may be decided in a world.</summary>
    public static IEnumerable<Chain> Of(World world, Rules rules)
    {
        var honest = new List<Statement>();
        foreach (var replica in world.Honest)
        {
            if (replica.IsSealed)
            {
                honest.Add(new Statement(replica.Reported, replica.ReportedFloor, replica.Seal == Seal.Orderly ? replica.Reported : null));
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
        // Two say so, and one of them is honest.
        var sealedLogs = statements.Where(each => each.Applied is not null).GroupBy(each => each.Applied!.Value).Where(group => group.Count() >= 2).Select(group => group.Key).ToArray();
        var floor = rules.BeginsAboveFloor ? statements.Select(each => each.Floor).MaxBy(each => each.Length) : Chain.Empty;
        var above = sealedLogs.Where(floor.IsPrefixOf).Concat(statements.Select(each => each.Log).Where(floor.IsPrefixOf)).ToArray();
        if (above.Length == 0)
        {
            return floor;
        }

        var best = sealedLogs.Where(floor.IsPrefixOf).DefaultIfEmpty(rules.PrefersLaterTerm
            ? above.Aggregate((left, right) => left.IsAtLeast(right) ? left : right)
            : above.MaxBy(each => each.Length)).First();
        return rules.CutsAtSeal ? best.Prefix(best.ApplicableLength) : best;
    }

    /// <summary>What the liar might report and others believe: entries that leaders have signed, it among them, and certificates that there are.</summary>
    private static IEnumerable<Statement> LiesIn(World world, Rules rules)
    {
        // A log that does not go through its floor says no more than the floor.
        var floors = Steps.CertificatesIn(world, rules).Prepend(Chain.Empty).ToArray();
        foreach (var log in Steps.SignedLogsIn(world).Concat(floors).Distinct())
        {
            foreach (var floor in floors.Where(floor => floor.IsPrefixOf(log)))
            {
                yield return new Statement(log, floor, null);
                if (log.SealIndex == log.Length && log.Length > 0)
                {
                    yield return new Statement(log, floor, log);
                }
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
