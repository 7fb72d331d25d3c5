using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>
/// Brings a replica to a stable checkpoint that lies before it. Blocks may come from anybody: they are believed when the log that they lead to has
/// the chain hash that a quorum has certified.
/// </summary>
/// <remarks>
/// Until then they are staged, in memory, up to <see cref="ByzantineOptions.PooledBytesMax"/>. Of a longer way the rest is fetched and hashed, and remembered is only where the log stands after
/// each such piece. When the checkpoint's chain hash turns out right, so are these: then the pieces are fetched once more, and each is committed when it is complete.
/// One member is asked at a time, and another one when that takes too long. What the former sends all the same is taken, if it still fits: on a slow link it would else never be in time.
/// </remarks>
/// <param name="state">The replica's state.</param>
/// <param name="submissions">What waits to be ordered.</param>
/// <param name="snapshots">Fetches a snapshot when nobody has the blocks any more.</param>
/// <param name="giveUp">Takes accepted blocks that turn out to be others than those committed, from a number on, out of the log.</param>
internal sealed class CatchUp(OrderingState state, Submissions submissions, SnapshotFetch snapshots, Action<SequenceNumber> giveUp)
{
    private readonly List<Block> _staged = [];
    private readonly List<NodeId> _sources = [.. state.Members.Members.Select(member => member.Id).Where(id => id != state.Self)];
    private readonly List<Milestone> _certified = [];
    private readonly List<Milestone> _claimed = [];

    // Who was asked for what comes next.
    private readonly SortedSet<NodeId> _asked = [];
    private readonly Patience _patience = new(state, state.Options.ViewTimeout / 2, doublingsMax: 3);
    private BlockChain? _chain;
    private SequenceNumber _stagedFrom;
    private long _stagedBytes;
    private long _pieceBytes;
    private int _source;
    private int _fruitless;
    private bool _isPaused;

    /// <summary>The checkpoint that is being fetched; none, if the replica is not behind.</summary>
    public StableProof? Target { get; private set; }

    /// <summary>Up to which block was committed here because a certified log stands there, for checks: the engine's own rules need not have committed it.</summary>
    public SequenceNumber Proven { get; private set; }

    /// <summary>How many blocks wait for the checkpoint that says whether they are right.</summary>
    public int StagedBlocks => _staged.Count;

    /// <summary>The size of these blocks.</summary>
    public long StagedBytes => _stagedBytes;

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

        if (_patience.IsOver)
        {
            AskNext();
        }
        else if (_isPaused)
        {
            Ask();
        }

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

        if (_chain!.Number < state.Log.Committed || _certified[0].Number <= state.Log.Committed)
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
        if (Target is not { } target || _chain is null || message.First != _chain.Number.Next || !state.AcceptsWrites || !_asked.Remove(from))
        {
            return null;
        }

        if (message.Blocks.Length > 0 && from != Source)
        {
            // It has taken longer than it was given, but nobody else was faster.
            _source = _sources.IndexOf(from);
            _patience.Double();
        }

        foreach (var block in message.Blocks)
        {
            state.Asking.OnAnswer(from, AnswerPart.Of(block));
            Take(block);
            if (_chain.Number == _certified[0].Number)
            {
                return Arrive(target);
            }
        }

        if (message.Blocks.Length > 0)
        {
            _asked.Clear();
            Ask();
        }
        else if (from == Source && _fruitless < _sources.Count)
        {
            AskNext();
        }

        return null;
    }

    private NodeId Source => _sources[_source % _sources.Count];

    /// <summary>Stages a block, or, when there is no room for it, only looks where it leads.</summary>
    private void Take(Block block)
    {
        // Blocks without batches take room, too.
        var bytes = block.Bytes + CommandBatch.OverheadBytes;
        if (_pieceBytes > 0 && _pieceBytes + bytes > state.Options.PooledBytesMax)
        {
            _claimed.Add(new Milestone(_chain!.Number, _chain.Position));
            _pieceBytes = 0;
        }

        _pieceBytes += bytes;
        _chain!.Add(block);
        if (_claimed.Count == 0)
        {
            _staged.Add(block.Copy());
            _stagedBytes = _pieceBytes;
        }
    }

    /// <summary>The log that was sent has come to where its place is certified.</summary>
    private StableProof? Arrive(StableProof target)
    {
        if (_chain!.Position != _certified[0].Position)
        {
            // Somebody lied, perhaps in the middle: all of it is thrown away, and somebody else asked.
            _source++;
            _fruitless++;
            Restart();
            return null;
        }

        // What is staged leads to the first claim, which is proven with the others.
        _certified.InsertRange(0, _claimed);
        CommitStaged();
        _certified.RemoveAll(milestone => milestone.Number <= state.Log.Committed);
        if (_certified.Count > 0)
        {
            Restart();
            return null;
        }

        Stop();
        return target;
    }

    private void CommitStaged()
    {
        if (_stagedFrom <= state.Log.Committed)
        {
            _staged.RemoveRange(0, (int)Math.Min((ulong)_staged.Count, state.Log.Committed.Next - _stagedFrom));
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
    }

    private void Commit(SequenceNumber number)
    {
        state.Log.CommitTo(number);
        submissions.OnCommitted(number);
        Proven = number;
    }

    private void Restart()
    {
        Unstage();
        _chain = state.Log.ChainAfter(state.Log.Committed);
        _stagedFrom = _chain.Number.Next;
        _asked.Clear();
        Ask();
    }

    private void Unstage()
    {
        _staged.Clear();
        _claimed.Clear();
        _stagedBytes = 0;
        _pieceBytes = 0;
    }

    private void Stop()
    {
        Target = null;
        _chain = null;
        _fruitless = 0;
        _certified.Clear();
        _asked.Clear();
        _patience.Reset();
        _isPaused = false;
        Unstage();
        snapshots.Stop();
    }

    private void AskNext()
    {
        _source++;
        _fruitless++;
        Ask();
    }

    private void Ask()
    {
        if (_chain!.Number >= _certified[0].Number)
        {
            // What is certified was committed otherwise in this very turn: its end sees to that (OnCommitted).
            return;
        }

        _isPaused = !state.Asking.TryAsk(Source);
        if (!_isPaused)
        {
            _asked.Add(Source);
            _patience.Begin();
            state.Send(Source, new CatchUpRequest(_chain.Number.Next, _certified[0].Number));
        }
    }

    /// <summary>Where a log stands after a block.</summary>
    private readonly record struct Milestone(SequenceNumber Number, LogPosition Position);
}
