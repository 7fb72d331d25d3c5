using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>
/// Brings a replica to a stable checkpoint that lies before it. Blocks may come from anybody: they are believed when the log that they lead to has
/// the chain hash that a quorum has certified.
/// </summary>
/// <param name="state">The replica's state.</param>
/// <param name="submissions">What waits to be ordered.</param>
/// <param name="snapshots">Fetches a snapshot when nobody has the blocks any more.</param>
/// <param name="giveUp">Takes accepted blocks that turn out to be others than those committed, from a number on, out of the log.</param>
internal sealed class CatchUp(OrderingState state, Submissions submissions, SnapshotFetch snapshots, Action<SequenceNumber> giveUp)
{
    private readonly List<Block> _staged = [];
    private readonly List<NodeId> _sources = [.. state.Members.Members.Select(member => member.Id).Where(id => id != state.Self)];
    private BlockChain? _chain;
    private int _source;
    private int _fruitless;
    private SequenceNumber _reachedLastTime;

    /// <summary>The checkpoint that is being fetched; none, if the replica is not behind.</summary>
    public StableProof? Target { get; private set; }

    /// <summary>How many blocks wait for the checkpoint that says whether they are right.</summary>
    public int StagedBlocks => _staged.Count;

    /// <summary>The size of these blocks.</summary>
    public long StagedBytes => _staged.Sum(block => block.Bytes);

    /// <summary>There is a later checkpoint than this replica has blocks for. While one is being fetched, the next one waits.</summary>
    public void Await(StableProof proof)
    {
        if (Target is null)
        {
            Target = proof;
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

        if (_chain!.Number == _reachedLastTime)
        {
            AskNext();
        }

        _reachedLastTime = _chain.Number;
        if (_fruitless >= _sources.Count)
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

        if (_chain!.Number < state.Log.Committed)
        {
            // A snapshot was installed, which has what was being fetched.
            Restart();
        }

        return null;
    }

    /// <summary>Somebody sends blocks.</summary>
    /// <returns>The checkpoint, if it has been reached.</returns>
    public StableProof? OnBlocks(NodeId from, CatchUpBlocks message)
    {
        if (Target is not { } target || _chain is null || from != Source || message.First != _chain.Number.Next || !state.AcceptsWrites)
        {
            return null;
        }

        foreach (var block in message.Blocks)
        {
            _chain.Add(block);
            _staged.Add(block.Copy());
            if (_chain.Number == target.Number)
            {
                return Finish(target);
            }
        }

        if (message.Blocks.Length > 0)
        {
            Ask();
        }
        else if (_fruitless < _sources.Count)
        {
            AskNext();
        }

        return null;
    }

    private NodeId Source => _sources[_source % _sources.Count];

    private StableProof? Finish(StableProof target)
    {
        if (_chain!.Position != target.Content.Position)
        {
            // Somebody lied, perhaps in the middle: all of it is thrown away, and somebody else asked.
            _source++;
            _fruitless++;
            Restart();
            return null;
        }

        if (state.Log.Committed >= target.Number)
        {
            Stop();
            return target;
        }

        var first = target.Number - (ulong)_staged.Count;
        if (first < state.Log.Committed)
        {
            _staged.RemoveRange(0, (int)(state.Log.Committed - first));
        }

        foreach (var block in _staged)
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

        Stop();
        return target;
    }

    private void Commit(SequenceNumber number)
    {
        state.Log.CommitTo(number);
        submissions.OnCommitted(number);
    }

    private void Restart()
    {
        _staged.Clear();
        _chain = state.Log.ChainAfter(state.Log.Committed);
        Ask();
    }

    private void Stop()
    {
        Target = null;
        _chain = null;
        _fruitless = 0;
        _staged.Clear();
        snapshots.Stop();
    }

    private void AskNext()
    {
        _source++;
        _fruitless++;
        Ask();
    }

    private void Ask() => state.Send(Source, new CatchUpRequest(_chain!.Number.Next, Target!.Number));
}
