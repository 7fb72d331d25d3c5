namespace Consensus.Simulation.Histories;

/// <summary>
/// Looks for an order of the calls on one register that explains their answers, and in which no call that ended before another began comes
/// after it.
/// </summary>
/// <remarks>
/// Wing and Gong (Testing and verifying concurrent objects, 1993) with Lowe's memo of configurations (Testing for linearizability, 2017):
/// beginnings and ends stand in a linked list; a call that begins before the first end that is left may be next; it is lifted out of the list
/// with its end, and put back when that leads nowhere. Open calls have no end in the list, and the search is over when every call that has
/// ended is in order: an open call may come at any time later, or never. A call that may be next, has its answer as the register stands and leaves it
/// so is next: in any order that explains the rest it can be moved there. No other choice is tried in its place, so that reads between many calls that
/// overlap cut the search down.
/// </remarks>
internal sealed class RegisterSearch
{
    private readonly IReadOnlyList<RegisterCall> _calls;
    private readonly long _stepsMax;

    // The list: entry 0 is its head, entries with _callOf < 0 are the ends of calls.
    private readonly int[] _next;
    private readonly int[] _previous;
    private readonly int[] _callOf;
    private readonly int[] _beginOf;
    private readonly int[] _endOf;
    private readonly ulong[] _taken;
    private readonly HashSet<RegisterConfiguration> _seen = [];
    private readonly Stack<(int Call, long? Before, bool IsChoice)> _order = new();
    private int _ended;

    private RegisterSearch(IReadOnlyList<RegisterCall> calls, long stepsMax)
    {
        _calls = calls;
        _stepsMax = stepsMax;
        var entries = calls
            .SelectMany((call, i) => call.IsOpen ? [(At: call.Invoked, Call: i)] : new[] { (At: call.Invoked, Call: i), (At: call.Completed, Call: ~i) })
            .OrderBy(entry => entry.At)
            .Select(entry => entry.Call)
            .ToArray();
        _next = new int[entries.Length + 1];
        _previous = new int[entries.Length + 1];
        _callOf = new int[entries.Length + 1];
        _beginOf = new int[calls.Count];
        _endOf = new int[calls.Count];
        _taken = new ulong[(calls.Count + 63) / 64];
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = i + 1;
            _callOf[entry] = entries[i];
            _previous[entry] = i;
            _next[i] = entry;
            if (entries[i] >= 0)
            {
                _beginOf[entries[i]] = entry;
            }
            else
            {
                _endOf[~entries[i]] = entry;
            }
        }
    }

    /// <summary>Searches.</summary>
    /// <param name="calls">The calls on one register, whose value is none at first; in any order.</param>
    /// <param name="stepsMax">After how many steps to give up.</param>
    public static RegisterVerdict Search(IReadOnlyList<RegisterCall> calls, long stepsMax) => new RegisterSearch(calls, stepsMax).Run();

    private RegisterVerdict Run()
    {
        _ended = _calls.Count(call => !call.IsOpen);
        long? state = null;
        var steps = Settle(state);
        for (var entry = _next[0]; _ended > 0; steps++)
        {
            if (steps >= _stepsMax)
            {
                return RegisterVerdict.Undecided;
            }

            var call = _callOf[entry];
            if (call >= 0)
            {
                var after = state;
                if (_calls[call].TryApply(ref after) && Take(call, after))
                {
                    Lift(call, state, isChoice: true);
                    state = after;
                    steps += Settle(state);
                    entry = _next[0];
                }
                else
                {
                    entry = _next[entry];
                }
            }
            else if (TryTakeBack() is { } last)
            {
                // This call has ended before anything that follows began, and cannot be next: so the choices so far were wrong.
                state = last.Before;
                entry = _next[_beginOf[last.Call]];
            }
            else
            {
                return RegisterVerdict.Violated;
            }
        }

        return RegisterVerdict.Linearizable;
    }

    /// <summary>Puts next what has its answer now and changes nothing.</summary>
    /// <returns>How many steps it took.</returns>
    private long Settle(long? state)
    {
        var steps = 0L;
        for (var entry = _next[0]; entry != 0; steps++)
        {
            var call = _callOf[entry];
            if (call < 0)
            {
                break;
            }

            if (_calls[call].IsExplainedBy(state))
            {
                _taken[call / 64] |= 1UL << (call % 64);
                Lift(call, state, isChoice: false);
                entry = _next[0];
            }
            else
            {
                entry = _next[entry];
            }
        }

        return steps;
    }

    /// <summary>Takes the last choice back, and what followed from it.</summary>
    private (int Call, long? Before)? TryTakeBack()
    {
        while (_order.TryPop(out var last))
        {
            _taken[last.Call / 64] &= ~(1UL << (last.Call % 64));
            Unlift(last.Call);
            if (last.IsChoice)
            {
                return (last.Call, last.Before);
            }
        }

        return null;
    }

    private bool Take(int call, long? state)
    {
        _taken[call / 64] |= 1UL << (call % 64);
        if (_seen.Add(new RegisterConfiguration([.. _taken], state)))
        {
            return true;
        }

        _taken[call / 64] &= ~(1UL << (call % 64));
        return false;
    }

    private void Lift(int call, long? before, bool isChoice)
    {
        _order.Push((call, before, isChoice));
        _ended -= _calls[call].IsOpen ? 0 : 1;
        Remove(_beginOf[call]);
        if (!_calls[call].IsOpen)
        {
            Remove(_endOf[call]);
        }
    }

    private void Unlift(int call)
    {
        _ended += _calls[call].IsOpen ? 0 : 1;
        if (!_calls[call].IsOpen)
        {
            PutBack(_endOf[call]);
        }

        PutBack(_beginOf[call]);
    }

    private void Remove(int entry)
    {
        _next[_previous[entry]] = _next[entry];
        if (_next[entry] != 0)
        {
            _previous[_next[entry]] = _previous[entry];
        }
    }

    private void PutBack(int entry)
    {
        _next[_previous[entry]] = entry;
        if (_next[entry] != 0)
        {
            _previous[_next[entry]] = entry;
        }
    }
}
