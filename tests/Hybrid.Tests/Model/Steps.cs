namespace Consensus.Hybrid.Tests.Model;

/// <summary>Everything that may happen next in a world. Messages are not modelled: what a leader has in its term it may send at any time, also when it is long over.</summary>
internal sealed class Steps(Rules rules, Bounds bounds)
{
    // The liar may make two different ones for each place.
    private const int Variants = 2;

    public IEnumerable<(string Name, World World)> From(World world) =>
        Enumerable.Range(0, world.Honest.Length).SelectMany(index => OfReplica(world, index)).Concat(OfLiar(world));

    /// <summary>The logs for which a quorum has signed that they have been applied.</summary>
    public static IEnumerable<Chain> CertificatesIn(World world, Rules rules)
    {
        var found = new HashSet<Chain>();
        foreach (var replica in world.Honest)
        {
            for (var length = 1; length <= replica.Signed; length++)
            {
                var log = replica.Log.Prefix(length);
                if (CountOf(world, other => other.Signed >= length && other.Log.Prefix(length) == log) >= rules.Quorum)
                {
                    found.Add(log);
                }
            }
        }

        return found;
    }

    /// <summary>The highest floor of which callers may have been told.</summary>
    public static Chain CountedIn(World world, Rules rules)
    {
        var counted = Chain.Empty;
        foreach (var certificate in CertificatesIn(world, rules))
        {
            if (certificate.Length > counted.Length && (!rules.CountsFloorWhenHeld || CountOf(world, replica => certificate.IsPrefixOf(replica.Floor)) >= rules.Quorum))
            {
                counted = certificate;
            }
        }

        return counted;
    }

    /// <summary>The logs whose every entry was signed by its term's leader: what honest replicas have, and what the liar makes of that.</summary>
    public static HashSet<Chain> SignedLogsIn(World world)
    {
        var logs = new HashSet<Chain> { Chain.Empty };
        foreach (var log in LogsOf(world))
        {
            for (var length = 1; length <= log.Length; length++)
            {
                logs.Add(log.Prefix(length));
            }
        }

        for (var term = 1; term <= World.Terms; term++)
        {
            if (world.LiarHasWon(term))
            {
                foreach (var log in logs.Where(log => log.Length < Chain.EntriesMax && log.LastTerm <= term).ToArray())
                {
                    Extend(log, term).ToList().ForEach(made => logs.Add(made));
                }
            }
        }

        return logs;
    }

    private static List<Chain> LogsOf(World world)
    {
        var logs = new List<Chain> { world.Leader1, world.Leader2 };
        foreach (var replica in world.Honest)
        {
            logs.Add(replica.Log);
        }

        return logs;
    }

    private static IEnumerable<Chain> Extend(Chain log, int term)
    {
        for (var variant = 0; variant < Variants; variant++)
        {
            yield return log.Append(term, variant, isSeal: false);
        }

        yield return log.Append(term, variant: 0, isSeal: true);
    }

    /// <summary>How many say so, the liar among them whenever it helps.</summary>
    private static int CountOf(World world, Func<Replica, bool> says)
    {
        var count = world.HasLiar ? 1 : 0;
        foreach (var replica in world.Honest)
        {
            count += says(replica) ? 1 : 0;
        }

        return count;
    }

    private bool MayAct(in Replica replica) => !replica.IsSealed || !rules.SealedStaysSealed;

    private IEnumerable<(string Name, World World)> OfReplica(World world, int index)
    {
        var replica = world.Honest[index];
        if (!replica.IsSealed)
        {
            yield return ("a replica seals and reports", world.With(index, replica.Sealed(Seal.Forced)));
            if (replica.Log.SealIndex is var seal && seal > 0 && replica.Applied >= seal)
            {
                yield return ("a replica has applied the seal", world.With(index, replica.Sealed(Seal.Orderly)));
            }
        }

        if (!MayAct(replica))
        {
            yield break;
        }

        var known = rules.SignsOnlyApplied ? replica.Applied : replica.Log.Length;
        if (world.HasLiar && known > replica.Signed)
        {
            yield return ("a replica signs its state", world.With(index, replica with { Signed = (byte)known }));
        }

        foreach (var certificate in world.HasLiar ? CertificatesIn(world, rules) : [])
        {
            if (certificate.Length > replica.Floor.Length)
            {
                yield return ("a replica has a floor's certificate on disk", world.With(index, replica with { Floor = certificate }));
            }
        }

        for (var term = 1; term <= bounds.Terms; term++)
        {
            var steps = !world.IsWon(term) ? Win(world, index, term)
                : replica.HasWon(term) && replica.Term == term ? Lead(world, index, term)
                : !replica.HasWon(term) && replica.Term <= term ? Follow(world, index, term)
                : [];
            foreach (var step in steps)
            {
                yield return step;
            }
        }
    }

    private IEnumerable<(string Name, World World)> Win(World world, int index, int term)
    {
        var candidate = world.Honest[index];
        if (candidate.Term >= term)
        {
            yield break;
        }

        foreach (var voters in Voters(world, index, term, candidate.Log))
        {
            var next = world.WithLeaderLog(term, candidate.Log).With(index, (candidate with { Term = (byte)term, Leads = (byte)(candidate.Leads | (1 << term)) }).WithAck(term, candidate.Log.Length));
            yield return ($"a replica wins term {term}", voters.Aggregate(next, (each, voter) => each.With(voter, each.Honest[voter] with { Term = (byte)term })));
        }
    }

    /// <summary>The sets of voters that make a quorum with the candidate, and the liar if there is one.</summary>
    private IEnumerable<int[]> Voters(World world, int candidate, int term, Chain? log)
    {
        var willing = new List<int>();
        for (var voter = 0; voter < world.Honest.Length; voter++)
        {
            var replica = world.Honest[voter];
            if (voter != candidate && MayAct(replica) && replica.Term < term && (log is not { } shown || shown.IsAtLeast(replica.Log)))
            {
                willing.Add(voter);
            }
        }

        var needed = rules.Quorum - 1 - (world.HasLiar && candidate >= 0 ? 1 : 0);
        for (var mask = 0; mask < 1 << willing.Count; mask++)
        {
            if (int.PopCount(mask) == needed)
            {
                yield return [.. willing.Where((_, place) => (mask & (1 << place)) != 0)];
            }
        }
    }

    private IEnumerable<(string Name, World World)> Lead(World world, int index, int term)
    {
        var leader = world.Honest[index];
        if (leader.Log.Length < bounds.Entries)
        {
            foreach (var isSeal in leader.Log.SealIndex > 0 || !bounds.HasSeals ? [false] : new[] { false, true })
            {
                var log = leader.Log.Append(term, variant: 0, isSeal);
                yield return ($"the leader of term {term} appends", world.WithLeaderLog(term, log).With(index, (leader with { Log = log }).WithAck(term, log.Length)));
            }
        }

        for (var last = leader.Applied + 1; last <= leader.Log.Length; last++)
        {
            if (leader.Log.TermAt(last) == term && CountOf(world, replica => replica.Acked(term) >= last) >= rules.Quorum)
            {
                var applied = rules.AppliesOnlyToSeal ? Math.Min(last, leader.Log.ApplicableLength) : last;
                if (applied > leader.Applied)
                {
                    var next = world.With(index, leader with { Applied = (byte)applied });
                    yield return ($"the leader of term {term} counts {applied} as committed", next.WithCommitted(leader.Log.Prefix(applied)));
                }
            }
        }
    }

    private IEnumerable<(string Name, World World)> Follow(World world, int index, int term)
    {
        var replica = world.Honest[index];
        if (world.LiarHasWon(term))
        {
            foreach (var log in SignedLogsIn(world).Where(log => log.Length <= bounds.Entries && log.LastTerm <= term && (bounds.HasSeals || log.SealIndex == 0)))
            {
                if (Accept(replica, log, log.Length, term) is { } accepted)
                {
                    yield return ($"the liar sends entries in term {term}", world.With(index, accepted));
                }
            }

            for (var applied = replica.Applied + 1; replica.Term == term && applied <= Applicable(replica.Log); applied++)
            {
                yield return ("the liar says that something is committed", world.With(index, replica with { Applied = (byte)applied }));
            }

            yield break;
        }

        var leader = LeaderOf(world, term);
        var sent = world.LeaderLog(term);
        for (var last = replica.Log.CommonLength(sent); last <= sent.Length; last++)
        {
            if (Accept(replica, sent, last, term) is { } accepted)
            {
                yield return ($"a replica has up to {last} of what the leader of term {term} has", world.With(index, accepted.WithAck(term, last)));
            }
        }

        var told = Math.Min(Math.Min(leader.Applied, replica.Acked(term)), leader.AppliedLog.CommonLength(replica.Log));
        if (replica.Term == term && told > replica.Applied)
        {
            yield return ($"a replica hears that {told} are committed", world.With(index, replica with { Applied = (byte)Math.Min(told, Applicable(replica.Log)) }));
        }
    }

    /// <summary>What a replica has after a leader's entries up to one: its own stay as far as they do not contradict them.</summary>
    private Replica? Accept(in Replica replica, Chain sent, int last, int term)
    {
        var part = sent.Prefix(last);
        var log = part.IsPrefixOf(replica.Log) ? replica.Log : part;
        var isOverwritten = !replica.AppliedLog.IsPrefixOf(log);
        if (isOverwritten && rules.KeepsApplied)
        {
            return null;
        }

        var common = log.CommonLength(replica.Log);
        var accepted = replica with { Log = log, Term = (byte)term, Applied = (byte)Math.Min(replica.Applied, log.Length), Signed = (byte)Math.Min(replica.Signed, common) };
        if (common < replica.Log.Length && !rules.FloorOutlivesLog)
        {
            accepted = accepted with { Floor = Chain.Empty };
        }

        return accepted == replica ? null : accepted;
    }

    private int Applicable(Chain log) => rules.AppliesOnlyToSeal ? log.ApplicableLength : log.Length;

    private static Replica LeaderOf(World world, int term)
    {
        foreach (var replica in world.Honest)
        {
            if (replica.HasWon(term))
            {
                return replica;
            }
        }

        throw new InvalidOperationException($"Nobody has won term {term}.");
    }

    private IEnumerable<(string Name, World World)> OfLiar(World world)
    {
        for (var term = 1; world.HasLiar && term <= bounds.Terms; term++)
        {
            if (world.IsWon(term))
            {
                continue;
            }

            // It claims the best of all logs.
            foreach (var voters in Voters(world, candidate: -1, term, log: null))
            {
                yield return ($"the liar wins term {term}", voters.Aggregate(world.WithLiarLeading(term), (each, voter) => each.With(voter, each.Honest[voter] with { Term = (byte)term })));
            }
        }
    }
}
