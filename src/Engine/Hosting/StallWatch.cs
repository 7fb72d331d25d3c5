namespace Consensus.Engine;

/// <summary>How long commands of local callers have been waiting without anything being committed: a stall that nobody would see otherwise.</summary>
internal sealed class StallWatch
{
    private static readonly TimeSpan Unit = TimeSpan.FromSeconds(1);

    private LogIndex _commit;
    private Ticks _since = Ticks.Never;

    /// <summary>Looks at the end of a turn.</summary>
    /// <returns>For how many whole seconds nothing has been committed although commands wait.</returns>
    public TimeSpan Look(Ticks now, LogIndex commit, bool isWaiting)
    {
        if (!isWaiting)
        {
            _since = Ticks.Never;
            return TimeSpan.Zero;
        }

        if (_since == Ticks.Never || commit > _commit)
        {
            (_commit, _since) = (commit, now);
        }

        return Unit * Math.Floor((now - _since) / Unit);
    }
}
