using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>
/// Notices when a leader orders the batches of some and never those of others: Castro and Liskov (OSDI '99, section 4.5.2) have each replica wait for each request, not for any. Of each origin one batch is watched that
/// it has shown to everybody. Honest leaders take the lowest number of each origin in turn (<see cref="RequestPool"/>), so either that batch or one of its origin with a lower number is ordered soon,
/// however much somebody else submits.
/// </summary>
internal sealed class NeglectWatch(OrderingState state)
{
    /// <summary>How often the time for progress a batch may wait.</summary>
    private const int PatienceTimeouts = 2;

    /// <summary>And how many blocks must have passed it over, beside one for each member: they may have been on their way.</summary>
    private const int PatienceBlocks = 4;

    private readonly SortedDictionary<NodeId, Watched> _watched = [];

    /// <summary>Whether somebody has waited for too long.</summary>
    public bool IsNeglected => _watched.Values.Any(batch => batch.Deadline <= state.LeaderTime.Now && state.Log.Committed >= batch.PassedOverAt);

    /// <summary>When somebody will have waited for so long; never, while the leader's time stands still.</summary>
    public Ticks Deadline
    {
        get
        {
            var deadline = Ticks.Never;
            foreach (var batch in _watched.Values)
            {
                if (batch.Deadline > state.LeaderTime.Now)
                {
                    deadline = Ticks.Min(deadline, batch.Deadline);
                }
            }

            return state.LeaderTime.WhenWillBe(deadline);
        }
    }

    /// <summary>Its origin shows a batch to everybody, and the leader gets it from here too.</summary>
    public void OnShown(CommandBatch batch)
    {
        if (!_watched.TryGetValue(batch.Origin, out var watched))
        {
            _watched.Add(batch.Origin, new Watched(
                batch.Number,
                IsOvertaken: false,
                state.LeaderTime.Now + (state.Options.ViewTimeout * PatienceTimeouts),
                state.Log.Committed + (ulong)(state.Members.Count + PatienceBlocks)));
        }
        else if (watched.IsOvertaken && batch.Number > watched.Number)
        {
            // The same under another number, and it does not begin to wait only now.
            _watched[batch.Origin] = watched with { Number = batch.Number, IsOvertaken = false };
        }
    }

    /// <summary>A batch is committed: its origin is not passed over, if it is the one that is watched, or one before it. A later one overtakes it.</summary>
    public void OnOrdered(NodeId origin, ulong number)
    {
        if (!_watched.TryGetValue(origin, out var watched))
        {
            return;
        }

        if (number <= watched.Number)
        {
            _watched.Remove(origin);
        }
        else
        {
            _watched[origin] = watched with { IsOvertaken = true };
        }
    }

    /// <summary>Forgets what waits.</summary>
    public void Forget() => _watched.Clear();

    private readonly record struct Watched(ulong Number, bool IsOvertaken, Ticks Deadline, SequenceNumber PassedOverAt);
}
