using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>Whom blocks are asked of, who was asked for which, and who has lied about them.</summary>
/// <param name="state">The replica's state.</param>
internal sealed class CatchUpSources(OrderingState state)
{
    private readonly NodeId[] _all = [.. state.Members.Members.Select(member => member.Id).Where(id => id != state.Self)];
    private readonly List<NodeId> _trusted = [.. state.Members.Members.Select(member => member.Id).Where(id => id != state.Self)];
    private readonly SortedDictionary<NodeId, Question> _asked = [];
    private readonly Patience _patience = new(state, state.Options.ViewTimeout / 2, doublingsMax: 3);
    private int _current;
    private int _fruitless;
    private int _late;

    /// <summary>How many other members there are.</summary>
    public int Count => _all.Length;

    /// <summary>Who has not lied, in the order in which they are asked.</summary>
    public IReadOnlyList<NodeId> Trusted => _trusted;

    /// <summary>Whose turn it is.</summary>
    public NodeId Current => _trusted[_current % _trusted.Count];

    /// <summary>Whether it had its time.</summary>
    public bool IsLate => _patience.IsOver;

    /// <summary>Whether as many were asked in vain as there are: perhaps nobody has the blocks any more.</summary>
    public bool AreExhausted => _fruitless >= _all.Length;

    /// <summary>A member is to be asked for blocks up to one.</summary>
    /// <returns>Whether it was; if not, it may be at one of the next looks at the time.</returns>
    public bool TryAsk(NodeId member, SequenceNumber first, SequenceNumber last)
    {
        if (!state.Asking.TryAsk(member))
        {
            return false;
        }

        _asked[member] = new Question(first, state.Now, IsOpen: true);
        _patience.Begin();
        state.Send(member, new CatchUpRequest(first, last));
        return true;
    }

    /// <summary>Whether a member was asked for blocks from one on, and has not answered.</summary>
    public bool Owes(NodeId member, SequenceNumber first) => _asked.TryGetValue(member, out var question) && question.IsOpen && question.First == first;

    /// <summary>Whether a member was asked for blocks from one on, not long ago: perhaps it has answered that it has none.</summary>
    public bool WasAsked(NodeId member, SequenceNumber first) => _asked.TryGetValue(member, out var question) && question.First == first;

    /// <summary>Whether a member that was asked has had its time.</summary>
    public bool IsOverdue(NodeId member) => _patience.IsOverSince(_asked[member].At);

    /// <summary>A member has sent blocks that it was asked for.</summary>
    public void OnBlocks(NodeId from)
    {
        _asked.Remove(from);
        _late = 0;
        if (from != Current)
        {
            _current = _trusted.IndexOf(from);
        }
    }

    /// <summary>A member does not have what it was asked for.</summary>
    public void OnNothing(NodeId from)
    {
        _asked[from] = _asked[from] with { IsOpen = false, At = state.Now };
        _fruitless++;
    }

    /// <summary>Whatever was asked for, nobody was fast enough.</summary>
    public void Wait() => _patience.Double();

    /// <summary>It is another one's turn.</summary>
    public void Next() => _current++;

    /// <summary>A member had its time. When all had, all get more.</summary>
    public void OnLate()
    {
        _fruitless++;
        if (++_late >= _trusted.Count)
        {
            _late = 0;
            Wait();
        }
    }

    /// <summary>What was sent turned out to be wrong.</summary>
    public void OnWrong() => _fruitless++;

    /// <summary>All that was wrong came from one member: it is asked for nothing more.</summary>
    public void Distrust(NodeId liar)
    {
        _trusted.Remove(liar);
        _asked.Remove(liar);
        if (_all.Length - _trusted.Count > state.Members.FaultsMax)
        {
            // Not all of them can be liars: perhaps a disk here or there.
            TrustAll();
        }
    }

    /// <summary>What was asked for is here.</summary>
    public void Reset()
    {
        TrustAll();
        _asked.Clear();
        _patience.Reset();
        _fruitless = 0;
        _late = 0;
    }

    private void TrustAll()
    {
        _trusted.Clear();
        _trusted.AddRange(_all);
    }

    private readonly record struct Question(SequenceNumber First, Ticks At, bool IsOpen);
}
