using Consensus.Engine;

namespace Consensus.Raft.Election;

/// <summary>How long the disk has owed a flush: a replica whose disk stands still must not lead.</summary>
internal sealed class FlushWatch(Lsn durable)
{
    private Lsn _durable = durable;
    private Lsn _owed = durable;
    private Ticks _owedSince = Ticks.Never;

    /// <summary>The log reaches up to <paramref name="lsn"/> at the end of a turn.</summary>
    public void Note(Ticks now, Lsn lsn)
    {
        if (_owedSince == Ticks.Never && lsn > _durable)
        {
            _owed = lsn;
            _owedSince = now;
        }
    }

    public void OnDurable(Lsn lsn)
    {
        _durable = lsn;
        if (lsn >= _owed)
        {
            _owedSince = Ticks.Never;
        }
    }

    /// <summary>Whether something has been owed for longer than <paramref name="limit"/>.</summary>
    public bool IsStalled(Ticks now, TimeSpan limit) => _owedSince != Ticks.Never && now > _owedSince + limit;
}
