using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>
/// Brings a replica to a stable checkpoint that lies before it. Blocks may come from anybody: they are believed when the log that they lead to has
/// the chain hash that a quorum has certified.
/// </summary>
/// <remarks>
/// <para>
/// Until then they are staged, in memory, up to <see cref="ByzantineOptions.PooledBytesMax"/>. Of a longer way the rest is fetched and hashed, and remembered is only where the log stands after
/// each such piece. When the checkpoint's chain hash turns out right, so are these: then the pieces are fetched once more, and each is committed when it is complete.
/// One member is asked at a time, and another one when that takes too long. What the former sends all the same is taken, if it still fits: on a slow link it would else never be in time.
/// </para>
/// <para>
/// When a way turns out wrong, and all of it came from one member, that has lied, and is asked no more before the checkpoint is reached. If several have contributed, each of them goes a way of its own from then on: f+1 of them at once, one more each time
/// that one takes too long, so that a correct one is among them, and no other can do anything to its way. Whoever ends wrong then has lied.
/// </para>
/// </remarks>
/// <param name="state">The replica's state.</param>
/// <param name="submissions">What waits to be ordered.</param>
/// <param name="snapshots">Fetches a snapshot when nobody has the blocks any more.</param>
/// <param name="giveUp">Takes accepted blocks that turn out to be others than those committed, from a number on, out of the log.</param>
internal sealed class CatchUp(OrderingState state, Submissions submissions, SnapshotFetch snapshots, Action<SequenceNumber> giveUp)
{
    private readonly CatchUpSources _sources = new(state);
    private readonly List<Milestone> _certified = [];

    // One that all contribute to, under no member's name; or one for each member.
    private readonly SortedDictionary<NodeId, CatchUpWay> _ways = [];
    private bool _isSeparate;
    private bool _hasFoundLiar;
    private bool _isPaused;
    private int _width;

    /// <summary>The checkpoint that is being fetched; none, if the replica is not behind.</summary>
    public StableProof? Target { get; private set; }

    /// <summary>Up to which block was committed here because a certified log stands there, for checks: the engine's own rules need not have committed it.</summary>
    public SequenceNumber Proven { get; private set; }

    /// <summary>How many blocks wait for the checkpoint that says whether they are right.</summary>
    public int StagedBlocks => _ways.Values.Sum(way => way.Staged.Count);

    /// <summary>The size of these blocks.</summary>
    public long StagedBytes => _ways.Values.Sum(way => way.StagedBytes);

    /// <summary>There is a later checkpoint than this replica has blocks for. While one is being fetched, the next one waits.</summary>
    public void Await(StableProof proof)
    {
        if (Target is null)
        {
            Target = proof;
            _certified.Add(new Milestone(proof.Number, proof.Content.Position));
            Restart();
        }
    }

    /// <summary>Commits what the log has up to a block after which it stands where it must, as far as a quorum or a correct member says.</summary>
    /// <returns>Whether it does.</returns>
    public bool TryCommitOwn(SequenceNumber number, in LogPosition position)
    {
        if (!state.Log.Has(number) || state.Log.PositionAfter(number) != position)
        {
            return false;
        }

        while (state.Log.Committed < number)
        {
            Commit(state.Log.Committed.Next);
        }

        return true;
    }

    /// <summary>Asks somebody else, if nothing has come; and for snapshots, if everybody was asked.</summary>
    public void OnTime()
    {
        if (Target is null)
        {
            return;
        }

        if (_isSeparate)
        {
            AskSeparately();
        }
        else if (_sources.IsLate)
        {
            _sources.OnLate();
            _sources.Next();
            Ask();
        }
        else if (_isPaused)
        {
            Ask();
        }

        if (_sources.AreExhausted)
        {
            snapshots.OnTime();
        }
    }

    /// <summary>The replica has come further otherwise.</summary>
    /// <returns>The checkpoint, if it has been reached.</returns>
    public StableProof? OnCommitted()
    {
        if (Target is not { } target)
        {
            return null;
        }

        if (state.Log.Committed >= target.Number)
        {
            Stop();
            return target;
        }

        if (_certified[0].Number <= state.Log.Committed || _ways.Values.Any(way => way.End.Number < state.Log.Committed))
        {
            // A snapshot was installed, which has what was being fetched.
            _certified.RemoveAll(milestone => milestone.Number <= state.Log.Committed);
            Restart();
        }

        return null;
    }

    /// <summary>Somebody sends blocks.</summary>
    /// <returns>The checkpoint, if it has been reached.</returns>
    public StableProof? OnBlocks(NodeId from, CatchUpBlocks message)
    {
        if (Target is not { } target || !state.AcceptsWrites || !_sources.Owes(from, message.First))
        {
            return null;
        }

        var way = WayOf(from);
        if (message.First != way.End.Number.Next)
        {
            return null;
        }

        if (message.Blocks.Length == 0)
        {
            OnNothing(from);
            return null;
        }

        if (!_isSeparate && from != _sources.Current)
        {
            // It has taken longer than it was given, but nobody else was faster.
            _sources.Wait();
        }

        _sources.OnBlocks(from);
        foreach (var block in message.Blocks)
        {
            state.Asking.OnAnswer(from, AnswerPart.Of(block));
            way.Take(from, block);
            if (way.End.Number == _certified[0].Number)
            {
                return Arrive(target, way);
            }
        }

        Ask();
        return null;
    }

    /// <summary>The way that a member contributes to.</summary>
    private CatchUpWay WayOf(NodeId member)
    {
        var name = _isSeparate ? member : NodeId.None;
        if (!_ways.TryGetValue(name, out var way))
        {
            // Together they keep no more than one alone may.
            way = new CatchUpWay(state.Log.ChainAfter(state.Log.Committed), _isSeparate ? state.Options.PooledBytesMax / _sources.Count : state.Options.PooledBytesMax);
            _ways.Add(name, way);
        }

        return way;
    }

    private void OnNothing(NodeId from)
    {
        var wasCurrent = from == _sources.Current;
        var wereExhausted = _sources.AreExhausted;
        _sources.OnNothing(from);
        if (_isSeparate)
        {
            _width++;
            AskSeparately();
        }
        else if (wasCurrent && !wereExhausted)
        {
            _sources.Next();
            Ask();
        }
    }

    /// <summary>The log that was sent has come to where its place is certified.</summary>
    private StableProof? Arrive(StableProof target, CatchUpWay way)
    {
        if (way.End.Position != _certified[0].Position)
        {
            OnWrong(way);
            return null;
        }

        // What is staged leads to the first claim, which is proven with the others.
        _certified.InsertRange(0, way.Claims);
        Commit(way);
        _certified.RemoveAll(milestone => milestone.Number <= state.Log.Committed);
        if (_certified.Count > 0)
        {
            _isSeparate = _isSeparate && !_hasFoundLiar;
            Restart();
            return null;
        }

        Stop();
        return target;
    }

    /// <summary>Somebody lied, perhaps in the middle: all of it is thrown away. What the others were asked for is taken all the same, if it fits.</summary>
    private void OnWrong(CatchUpWay way)
    {
        _sources.OnWrong();
        if (way.Contributors.Count == 1)
        {
            var liar = way.Contributors.First();
            _ways.Remove(_isSeparate ? liar : NodeId.None);
            _sources.Distrust(liar);
            state.Effects.Raise(new TamperingDetected(liar, $"the blocks up to {_certified[0].Number} lead elsewhere than a quorum has certified"));
            _hasFoundLiar = true;
        }
        else
        {
            _ways.Clear();
            _isSeparate = true;
            _hasFoundLiar = false;
            _width = state.Members.FaultsMax + 1;
        }

        Ask();
    }

    private void Commit(CatchUpWay way)
    {
        // Some of it may have been committed otherwise meanwhile.
        foreach (var block in way.Staged.Skip((int)(state.Log.Committed.Next - way.First)))
        {
            var number = state.Log.Committed.Next;
            if (state.Log.Has(number) && state.Log.DigestOf(number) != block.Digest)
            {
                giveUp(number);
            }

            if (!state.Log.Has(number))
            {
                state.Log.Append(block, state.Effects);
            }

            Commit(number);
        }
    }

    private void Commit(SequenceNumber number)
    {
        state.Log.CommitTo(number);
        submissions.OnCommitted(number);
        Proven = number;
    }

    private void Restart()
    {
        _ways.Clear();
        Ask();
    }

    private void Stop()
    {
        Target = null;
        _certified.Clear();
        _ways.Clear();
        _sources.Reset();
        _isSeparate = false;
        _isPaused = false;
        snapshots.Stop();
    }

    private void Ask()
    {
        if (_isSeparate)
        {
            AskSeparately();
        }
        else if (IsToCome(WayOf(_sources.Current)))
        {
            _isPaused = !TryAsk(_sources.Current);
        }
    }

    /// <summary>Asks as many members as it takes for one of them to be correct, each for what comes next on its own way.</summary>
    private void AskSeparately()
    {
        var isAnybodyLate = false;
        foreach (var member in _sources.Trusted.Take(_width))
        {
            var way = WayOf(member);
            var wasAsked = _sources.WasAsked(member, way.End.Number.Next);
            if (IsToCome(way) && (!wasAsked || _sources.IsOverdue(member)))
            {
                isAnybodyLate |= wasAsked;
                TryAsk(member);
            }
        }

        if (isAnybodyLate)
        {
            _width = Math.Min(_width + 1, _sources.Count);
            _sources.OnLate();
        }
    }

    private bool TryAsk(NodeId member) => _sources.TryAsk(member, WayOf(member).End.Number.Next, _certified[0].Number);

    /// <summary>Whether something is still to be asked for. If what is certified was committed otherwise in this very turn, its end sees to that (OnCommitted).</summary>
    private bool IsToCome(CatchUpWay way) => way.End.Number < _certified[0].Number;
}
