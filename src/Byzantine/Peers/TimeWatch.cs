using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>
/// Compares the times that leaders give their blocks with this replica's own clock. What comes from the future is not accepted: the log's time never goes back, so one such block would move it for ever. What
/// holds the log's time back is: a block may be late without anybody's fault; but who goes on like that is to be replaced.
/// </summary>
/// <remarks>
/// Only proposals are judged that rest on nothing but their leader's word. What a quorum has accepted before (a view's first blocks, certified nodes, committed blocks) is believed whatever its time is.
/// </remarks>
internal sealed class TimeWatch(OrderingState state)
{
    /// <summary>How many errors of a clock the log's time may be late: a correct leader's clock is late by one, and its block may be on its way for as long.</summary>
    private const int LateErrors = 2;

    /// <summary>How often the time for progress all blocks must have held the log's time back: those that come after a pause of the network have been on their way together.</summary>
    private const int PatienceTimeouts = 2;

    private readonly RareNews _ahead = new(state);
    private readonly RareNews _behind = new(state);
    private ulong _term;
    private Timestamp? _refused;
    private Ticks? _lateSince;
    private bool _isHeldBack;

    /// <summary>Whether the present leader's times are out of range. What was refused counts as long as it would still be: if this replica's own clock was wrong, it may have been set right.</summary>
    public bool IsOutOfRange => _term == state.Term && (_isHeldBack || (_refused is { } refused && refused > Latest));

    private Timestamp Latest => new(state.Clock.UnixMilliseconds + ErrorMs);

    private long ErrorMs => (long)state.Options.ClockErrorMax.TotalMilliseconds;

    /// <summary>A leader proposes a block.</summary>
    /// <param name="leader">The leader.</param>
    /// <param name="term">Its term or view.</param>
    /// <param name="block">The block.</param>
    /// <param name="before">The log's time before it.</param>
    /// <returns>Whether the block may be accepted.</returns>
    public bool Admits(NodeId leader, ulong term, Block block, Timestamp before)
    {
        if (term == state.Term && term != _term)
        {
            (_term, _refused, _lateSince, _isHeldBack) = (term, null, null, false);
        }

        if (block.Time > before && block.Time > Latest)
        {
            if (term == _term && !(block.Time < _refused))
            {
                _refused = block.Time;
            }

            if (_ahead.TryTell(leader))
            {
                state.Effects.Raise(new TimestampOutOfRange(leader, block.Time, state.Clock));
            }

            return false;
        }

        if (term == _term && block.Batches.Length > 0)
        {
            LookBack(leader, block.Time > before ? block.Time : before);
        }

        return true;
    }

    private void LookBack(NodeId leader, Timestamp time)
    {
        if (time.UnixMilliseconds >= state.Clock.UnixMilliseconds - (LateErrors * ErrorMs))
        {
            (_lateSince, _isHeldBack) = (null, false);
            return;
        }

        _lateSince ??= state.Now;
        _isHeldBack = _isHeldBack || state.Now >= _lateSince.Value + (state.Options.ViewTimeout * PatienceTimeouts);
        if (_isHeldBack && _behind.TryTell(leader))
        {
            state.Effects.Raise(new TimestampOutOfRange(leader, time, state.Clock));
        }
    }
}
