namespace Consensus.Hybrid.Tests.Model;

/// <summary>Four replicas of the epoch that Raft runs: three honest ones and a liar, or four that do nothing but crash. A value: a step makes another one.</summary>
internal sealed class World : IEquatable<World>
{
    public const int Terms = 2;

    private readonly Replica[] _replicas;

    public World(bool hasLiar)
        : this(new Replica[hasLiar ? 3 : 4], default, default, liarLeads: 0, default, default)
    {
    }

    private World(Replica[] replicas, Chain leader1, Chain leader2, byte liarLeads, Chain committed, Chain certified)
    {
        _replicas = replicas;
        Leader1 = leader1;
        Leader2 = leader2;
        LiarLeads = liarLeads;
        Committed = committed;
        Certified = certified;
    }

    /// <summary>Those that follow the rules.</summary>
    public ReadOnlySpan<Replica> Honest => _replicas;

    public bool HasLiar => _replicas.Length == 3;

    /// <summary>What term 1's leader has, if an honest one won it. It only grows, also when that replica is in a later term: messages stay under way.</summary>
    public Chain Leader1 { get; }

    /// <summary>The same for term 2.</summary>
    public Chain Leader2 { get; }

    /// <summary>The terms that the liar has won, as bits.</summary>
    public byte LiarLeads { get; }

    /// <summary>The most that an honest leader has ever counted as committed.</summary>
    public Chain Committed { get; }

    /// <summary>The highest floor of which callers may ever have been told.</summary>
    public Chain Certified { get; }

    public Chain LeaderLog(int term) => term == 1 ? Leader1 : Leader2;

    public bool LiarHasWon(int term) => (LiarLeads & (1 << term)) != 0;

    public bool IsWon(int term) => LiarHasWon(term) || Array.Exists(_replicas, replica => replica.HasWon(term));

    /// <summary>The same with another state of one replica.</summary>
    public World With(int index, in Replica replica)
    {
        var replicas = (Replica[])_replicas.Clone();
        replicas[index] = replica;
        return new World(replicas, Leader1, Leader2, LiarLeads, Committed, Certified);
    }

    public World WithLeaderLog(int term, Chain log) => term == 1
        ? new World(_replicas, log, Leader2, LiarLeads, Committed, Certified)
        : new World(_replicas, Leader1, log, LiarLeads, Committed, Certified);

    public World WithLiarLeading(int term) => new(_replicas, Leader1, Leader2, (byte)(LiarLeads | (1 << term)), Committed, Certified);

    public World WithCommitted(Chain log) => log.Length > Committed.Length ? new World(_replicas, Leader1, Leader2, LiarLeads, log, Certified) : this;

    public World WithCertified(Chain log) => log.Length > Certified.Length ? new World(_replicas, Leader1, Leader2, LiarLeads, Committed, log) : this;

    /// <summary>The same with the replicas in an order that does not depend on their names: the rules do not know names either.</summary>
    public World Canonical()
    {
        var replicas = (Replica[])_replicas.Clone();
        Array.Sort(replicas, static (left, right) => left.Packed.CompareTo(right.Packed));
        return new World(replicas, Leader1, Leader2, LiarLeads, Committed, Certified);
    }

    public bool Equals(World? other) =>
        other is not null && Leader1 == other.Leader1 && Leader2 == other.Leader2 && LiarLeads == other.LiarLeads && Committed == other.Committed && Certified == other.Certified && _replicas.AsSpan().SequenceEqual(other._replicas);

    public override bool Equals(object? obj) => Equals(obj as World);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var replica in _replicas)
        {
            hash.Add(replica.Packed);
        }

        hash.Add(Leader1.Bits);
        hash.Add(Leader2.Bits);
        hash.Add(LiarLeads);
        hash.Add(Committed.Bits);
        hash.Add(Certified.Bits);
        return hash.ToHashCode();
    }

    public override string ToString() =>
        $"{string.Join("; ", _replicas)}; leaders' logs [{Leader1}] [{Leader2}]; {(LiarLeads == 0 ? "" : $"the liar won {(LiarHasWon(1) ? "1 " : "")}{(LiarHasWon(2) ? "2 " : "")}; ")}committed [{Committed}], certified [{Certified}]";
}
