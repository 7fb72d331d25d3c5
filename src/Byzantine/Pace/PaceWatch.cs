using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>
/// Notices a leader that orders everything, and everything late, just before the others lose their patience (Amir, Coan, Kirsch and Lane, "Prime", 2011; Clement et al., "Aardvark", NSDI '09). Of each origin one batch
/// at a time is watched from the moment that the leader gets it from here until it is committed here. An honest leader takes the lowest number of each origin in turn (<see cref="RequestPool"/>), so a batch has to
/// wait for the blocks under way, for its own one, and for those between that had no room for it.
/// </summary>
/// <remarks>
/// Where all leaders seem slow, it is not they who are: with each one that was suspected the allowance doubles, until one brings the usual pace again.
/// </remarks>
internal sealed class PaceWatch(OrderingState state)
{
    /// <summary>Into how many parts the time for progress is divided: one of them no leader is grudged.</summary>
    private const int TimeoutParts = 8;

    private readonly SortedDictionary<NodeId, Origin> _origins = [];
    private int _doublings;

    /// <summary>Whether the leader keeps somebody waiting for too long.</summary>
    public bool IsSlow { get; private set; }

    /// <summary>How long this replica's own batches take under the present leader; none, as long as too few are known.</summary>
    public TimeSpan? Own => _origins.GetValueOrDefault(state.Self)?.Waits.Typical;

    /// <summary>Whether something was committed since it was judged last.</summary>
    public bool HasNews { get; private set; }

    /// <summary>Compares how long batches take with what they may.</summary>
    /// <param name="usual">What they may take by a measure that the leader has no say in; zero, where there is none.</param>
    public void Judge(TimeSpan usual)
    {
        HasNews = false;
        var allowance = state.Options.ViewTimeout / TimeoutParts;
        allowance = usual > allowance ? usual : allowance;
        var slowest = _origins.Values.Max(origin => origin.Waits.Typical) ?? TimeSpan.Zero;
        if (slowest <= allowance && _origins.Values.Any(origin => origin.Waits.IsFull))
        {
            _doublings = 0;
        }

        for (var i = 0; i < _doublings && allowance < state.Options.ViewTimeoutMax; i++)
        {
            allowance *= 2;
        }

        IsSlow = slowest > allowance;
    }

    /// <summary>The leader gets a batch from here: an own one, or one that its origin has shown to everybody.</summary>
    public void OnHanded(CommandBatch batch)
    {
        if (!_origins.TryGetValue(batch.Origin, out var origin))
        {
            _origins.Add(batch.Origin, origin = new Origin());
        }

        origin.Watched ??= new Watched(batch.Number, batch.Bytes, state.Now);
    }

    /// <summary>An own batch gets another number. It does not begin to wait only now.</summary>
    public void OnRenumbered(ulong old, ulong number)
    {
        if (_origins.GetValueOrDefault(state.Self) is { Watched: { } watched } own && watched.Number == old)
        {
            own.Watched = watched with { Number = number };
        }
    }

    /// <summary>
    /// A batch is committed. Of another origin also one before the watched one will do: that one lay before the leader, perhaps. And with a later one it is overtaken, and comes under another number.
    /// </summary>
    public void OnOrdered(NodeId id, ulong number)
    {
        if (!_origins.TryGetValue(id, out var origin) || origin.Watched is not { } watched)
        {
            return;
        }

        if (number == watched.Number || (id != state.Self && number < watched.Number))
        {
            origin.Waits.Add((state.Now - watched.Since) / (1 + watched.FullBlocks));
            origin.Watched = null;
            HasNews = true;
        }
        else if (id != state.Self)
        {
            origin.Watched = null;
        }
    }

    /// <summary>
    /// A block is committed, and all its batches were told: what it had no room for waits for the next. More of them than members no honest leader lets go before. A batch that is larger than blocks are has room in one without
    /// others, and so in one that is empty.
    /// </summary>
    public void OnPassed(SequenceNumber number)
    {
        long? bytes = null;
        foreach (var origin in _origins.Values)
        {
            if (origin.Watched is { } watched && watched.FullBlocks < state.Members.Count
                && (bytes ??= state.Log.BytesOf(number)) + watched.Bytes > Math.Max(state.Options.BlockBytesMax, watched.Bytes))
            {
                origin.Watched = watched with { FullBlocks = watched.FullBlocks + 1 };
            }
        }
    }

    /// <summary>Another one leads, or none: what waits has to be handed over anew.</summary>
    public void OnLeaderLost()
    {
        _doublings += IsSlow ? 1 : 0;
        IsSlow = false;
        HasNews = false;
        _origins.Clear();
    }

    private sealed class Origin
    {
        public Watched? Watched { get; set; }

        public RecentDurations Waits { get; } = new(RecentDurations.Median);
    }

    private readonly record struct Watched(ulong Number, long Bytes, Ticks Since)
    {
        public int FullBlocks { get; init; }
    }
}
