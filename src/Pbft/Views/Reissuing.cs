using Consensus.Byzantine;
using Consensus.Pbft.Agreement;
using Consensus.Pbft.Messages;

namespace Consensus.Pbft.Views;

/// <summary>
/// Accepts the blocks that a view begins with, one after the other: what the log has already, the null block, or what has to be fetched from those who have it.
/// </summary>
internal sealed class Reissuing(PbftState state, ThreePhases agreement, KeptBlocks kept)
{
    private readonly Queue<Reissue> _left = new();
    private SequenceNumber _last;

    /// <summary>Whether all of them are accepted: before that, the view has no further blocks.</summary>
    public bool IsDone { get; private set; } = true;

    /// <summary>How many of them are left.</summary>
    public int Count => _left.Count;

    /// <summary>The block whose content is not here.</summary>
    public BlockRequest? Missing { get; private set; }

    /// <summary>The view has begun with these.</summary>
    public void Begin(ReadOnlySpan<Reissue> reissues, SequenceNumber stable)
    {
        Stop();
        foreach (ref readonly var reissue in reissues)
        {
            _left.Enqueue(reissue);
        }

        _last = stable + (ulong)reissues.Length;
        IsDone = false;
        Advance();
    }

    /// <summary>The view is left.</summary>
    public void Stop()
    {
        _left.Clear();
        Missing = null;
        IsDone = true;
        agreement.ForgetEchoes();
    }

    /// <summary>The content of a block, which somebody was asked for.</summary>
    public void OnBlock(BlockAnswer answer)
    {
        if (Missing is { } missing && answer.Number == missing.Number && answer.Block.Digest == missing.Digest)
        {
            Advance(answer.Block);
        }
    }

    /// <summary>Goes on as far as blocks are here.</summary>
    public void Advance() => Advance(null);

    private void Advance(Block? fetched)
    {
        if (IsDone || !state.AcceptsWrites)
        {
            // With a full disk neither a block can be appended nor one that is given up be kept.
            return;
        }

        while (_left.TryPeek(out var next))
        {
            if (next.Number > state.Stable.Number && next.Number > state.Log.Base && !TryAccept(next, next.Number == Missing?.Number ? fetched : null))
            {
                return;
            }

            _left.Dequeue();
            Missing = null;
        }

        Missing = null;
        IsDone = true;
        var first = SequenceNumber.Max(_last, state.Log.Committed).Next;
        if (first <= state.Log.Last)
        {
            kept.GiveUp(first);
        }
    }

    private bool TryAccept(in Reissue reissue, Block? content)
    {
        var number = reissue.Number;
        if (number > state.Log.Last.Next || !state.IsInWindow(number))
        {
            // This replica is behind the view's checkpoint: what comes before is being fetched.
            return false;
        }

        if (state.Log.Has(number) && state.Log.DigestOf(number) != reissue.Digest)
        {
            kept.GiveUp(number);
        }

        if (!state.Log.Has(number))
        {
            content ??= reissue.Digest == Block.Null.Digest ? Block.Null : kept.Find(number, reissue.Digest);
            if (content is null)
            {
                Ask(reissue);
                return false;
            }

            state.Log.Append(content, state.Effects);
        }

        agreement.Accept(state.SlotOf(number), reissue.Digest, reissue.Signature);
        return true;
    }

    private void Ask(in Reissue reissue)
    {
        if (Missing?.Number != reissue.Number)
        {
            Missing = new BlockRequest(reissue.Number, reissue.Digest);
            state.Broadcast(Missing);
        }
    }
}
