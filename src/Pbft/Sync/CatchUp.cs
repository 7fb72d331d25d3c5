using Consensus.Byzantine;
using Consensus.Pbft.Agreement;
using Consensus.Pbft.Messages;
using Consensus.Pbft.Views;

namespace Consensus.Pbft.Sync;

/// <summary>
/// Brings a replica to a stable checkpoint that lies before it. Blocks may come from anybody: they are believed when the log that they lead to has
/// the chain hash that a quorum has certified.
/// </summary>
internal sealed class CatchUp(PbftState state, Submissions submissions, KeptBlocks kept)
{
    private readonly List<Block> _staged = [];
    private readonly List<NodeId> _sources = [.. state.Members.Members.Select(member => member.Id).Where(id => id != state.Self)];
    private BlockChain? _chain;
    private int _source;

    /// <summary>The checkpoint that is being fetched; none, if the replica is not behind.</summary>
    public StableProof? Target { get; private set; }

    /// <summary>There is a later checkpoint than this replica has blocks for.</summary>
    public void Await(StableProof proof)
    {
        if (Target is null || proof.Number > Target.Number)
        {
            Target = proof;
            if (_chain is null)
            {
                Restart();
            }
        }
    }

    /// <summary>Asks again, somebody else.</summary>
    public void OnTime()
    {
        if (Target is not null)
        {
            _source++;
            Ask();
        }
    }

    /// <summary>The replica has come further by itself.</summary>
    /// <returns>The checkpoint, if it has been reached.</returns>
    public StableProof? OnCommitted()
    {
        if (Target is not { } target || state.Log.Committed < target.Number)
        {
            return null;
        }

        Stop();
        return target;
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

        return null;
    }

    private NodeId Source => _sources[_source % _sources.Count];

    private StableProof? Finish(StableProof target)
    {
        if (_chain!.Position != target.Content.Position)
        {
            // Somebody lied, perhaps in the middle: all of it is thrown away, and somebody else asked.
            _source++;
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
                kept.GiveUp(number);
            }

            if (!state.Log.Has(number))
            {
                state.Log.Append(block, state.Effects);
            }

            state.Log.CommitTo(number);
            submissions.OnCommitted(number);
        }

        Stop();
        return target;
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
        _staged.Clear();
    }

    private void Ask() => state.Send(Source, new CatchUpRequest(_chain!.Number.Next, Target!.Number));
}
