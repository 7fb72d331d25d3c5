using Consensus.Engine;

namespace Consensus.Hybrid.Threat;

/// <summary>
/// What one replica has itself seen of each of the others: its own level, for alerts and for what it reports to the others. It causes no switch: see <see cref="ReportBoard"/>.
/// </summary>
/// <remarks>
/// <para>Each member has an account of its own, and what one does is on nobody else's. Who is no member has none, and is refused a connection.</para>
/// <para>All memory is taken when an epoch begins. Not thread-safe; the caller's loop owns it. Time never goes back: an earlier one counts as the latest known.</para>
/// </remarks>
internal sealed class SuspicionBook
{
    private readonly Dictionary<NodeId, SuspicionAccount> _accounts = [];
    private readonly ThreatOptions _options;
    private Ticks _now;

    /// <param name="options">Valid options.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public SuspicionBook(ThreatOptions options)
    {
        if (options.Validate() is [var problem, ..])
        {
            throw new ArgumentException(problem, nameof(options));
        }

        _options = options;
    }

    /// <summary>An epoch begins: who has left has no account any more, and who is new gets one.</summary>
    /// <param name="others">The members but for the replica itself, which suspects itself of nothing.</param>
    public void Keep(IReadOnlyList<NodeId> others)
    {
        foreach (var gone in _accounts.Keys.Except(others).ToArray())
        {
            _accounts.Remove(gone);
        }

        foreach (var member in others)
        {
            _accounts.TryAdd(member, new SuspicionAccount(_options));
        }
    }

    /// <summary>Puts an observation on a peer's account.</summary>
    /// <param name="peer">Whom the connection authenticates that brought it; not who is named in what it brought, for anybody can write a name.</param>
    /// <param name="kind">What was seen.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether it counts: whether the peer is another member.</returns>
    public bool Observe(NodeId peer, SuspicionKind kind, Ticks now)
    {
        Advance(now);
        if (!_accounts.TryGetValue(peer, out var account))
        {
            return false;
        }

        account.Note(kind, _now);
        return true;
    }

    /// <summary>The level over one member; none over who has no account.</summary>
    public ThreatLevel LevelOf(NodeId member, Ticks now)
    {
        Advance(now);
        return _accounts.TryGetValue(member, out var account) ? account.LevelAt(_now) : ThreatLevel.None;
    }

    /// <summary>The highest level over any member: what this replica shows as its own.</summary>
    public ThreatLevel Level(Ticks now)
    {
        Advance(now);
        var level = ThreatLevel.None;
        foreach (var account in _accounts.Values)
        {
            level = Max(level, account.LevelAt(_now));
        }

        return level;
    }

    /// <summary>How many signature failures of a member count now; no more than make the level high.</summary>
    public int CountFailures(NodeId member, Ticks now)
    {
        Advance(now);
        return _accounts.TryGetValue(member, out var account) ? account.CountFailures(_now) : 0;
    }

    /// <summary>How many observations of a kind there have been of a member since the replica started.</summary>
    public ulong TotalOf(NodeId member, SuspicionKind kind) => _accounts.TryGetValue(member, out var account) ? account.TotalOf(kind) : 0;

    internal static ThreatLevel Max(ThreatLevel one, ThreatLevel other) => one > other ? one : other;

    private void Advance(Ticks now) => _now = now > _now ? now : _now;
}
