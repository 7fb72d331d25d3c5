using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>
/// Notices a leader that orders everything, and everything late, just before the others lose their patience (Amir, Coan, Kirsch and Lane, "Prime", 2011; Clement et al., "Aardvark", NSDI '09). Of each origin one batch
/// at a time is watched from the moment that the leader gets it from here until it is committed here. An honest leader takes the lowest number of each origin in turn (<see cref="RequestPool"/>), so a batch has to
/// wait for the blocks under way, for its own one, and for those between that had no room for it.
/// </summary>
/// <remarks>
/// Where all leaders seem slow, it is not they who are: with each one that was given up the allowance doubles. f leaders that are slow on purpose double it f times and no more: one counts again only when as many others have
/// been slow since. A doubling is taken back when so many batches in a row were in time without it, whoever led.
/// </remarks>
internal sealed class PaceWatch(OrderingState state)
{
    /// <summary>Into how many parts the time for progress is divided: one of them no leader is grudged.</summary>
    private const int TimeoutParts = 8;

    /// <summary>After how many batches in time, since the leader was slow last, a doubling is taken back: what swings faster than that is expected to swing back.</summary>
    private const int RecoveryBatches = 256;

    /// <summary>From the shortest time-out to the longest.</summary>
    private const int DoublingsMax = 24;

    private readonly SortedDictionary<NodeId, Origin> _origins = [];

    // The leaders that were given up while they were slow, a doubling for each.
    private readonly List<NodeId> _slow = [];
    private int _inTime;

    // What a batch may take, but for the doublings.
    private TimeSpan _undoubled = state.Options.ViewTimeout / TimeoutParts;

    /// <summary>Whether the leader keeps somebody waiting for too long, in <see cref="LeaderTime"/>.</summary>
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
        _undoubled = allowance = usual > allowance ? usual : allowance;
        var slowest = _origins.Values.Max(origin => origin.Waits.Typical) ?? TimeSpan.Zero;
        if (slowest > allowance || _slow.Count == 0)
        {
            _inTime = 0;
        }
        else if (_inTime >= RecoveryBatches)
        {
            _inTime = 0;
            _slow.RemoveAt(0);
        }

        for (var i = 0; i < _slow.Count && allowance < state.Options.ViewTimeoutMax; i++)
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

        origin.Watched ??= new Watched(batch.Number, batch.Weight, state.LeaderTime.Now);
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
    /// A batch is committed. Of another origin any new one will do: one before that which is watched lay before the leader, perhaps, and with a later one it is overtaken, and comes under another number.
    /// </summary>
    /// <param name="id">The origin.</param>
    /// <param name="number">The batch's number.</param>
    /// <param name="isNew">Whether it is higher than all of the origin's before.</param>
    public void OnOrdered(NodeId id, ulong number, bool isNew)
    {
        if (!_origins.TryGetValue(id, out var origin) || origin.Watched is not { } watched)
        {
            return;
        }

        if (id == state.Self ? number == watched.Number : isNew)
        {
            var took = (state.LeaderTime.Now - watched.Since) / (1 + watched.FullBlocks);
            origin.Waits.Add(took);
            origin.Watched = null;
            HasNews = true;
            _inTime += took <= _undoubled ? 1 : 0;
        }
    }

    /// <summary>
    /// A block is committed, and all its batches were told: what it had no room for waits for the next. More of them than members no honest leader lets go before. A batch that is larger than blocks are has room in one without
    /// others, and so in one that is empty.
    /// </summary>
    public void OnPassed(SequenceNumber number)
    {
        long? weight = null;
        foreach (var origin in _origins.Values)
        {
            if (origin.Watched is { } watched && watched.FullBlocks < state.Members.Count
                && (weight ??= state.Log.WeightOf(number)) + watched.Weight > Math.Max(state.Options.BlockBytesMax, watched.Weight))
            {
                origin.Watched = watched with { FullBlocks = watched.FullBlocks + 1 };
            }
        }
    }

    /// <summary>The leader is given up: not in the order of things, but since it does not do what it is there for.</summary>
    public void OnLeaderGivenUp(NodeId leader)
    {
        if (IsSlow && _slow.Count < DoublingsMax && !_slow.TakeLast(state.Members.FaultsMax).Contains(leader))
        {
            _slow.Add(leader);
        }
    }

    /// <summary>Another one leads, or none: what waits has to be handed over anew.</summary>
    public void OnLeaderLost()
    {
        IsSlow = false;
        HasNews = false;
        _origins.Clear();
    }

    private sealed class Origin
    {
        public Watched? Watched { get; set; }

        public RecentDurations Waits { get; } = new(RecentDurations.Median);
    }

    private readonly record struct Watched(ulong Number, long Weight, Ticks Since)
    {
        public int FullBlocks { get; init; }
    }
}
