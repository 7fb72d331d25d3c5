namespace Consensus.Byzantine;

/// <summary>
/// An answer with blocks that is being put together: bounded by <see cref="ByzantineOptions.CatchUpBytes"/> and in how many blocks it has, whatever was asked for; what is taken into it is charged. Who
/// needs more asks again.
/// </summary>
/// <param name="state">The state of the replica that answers.</param>
/// <param name="to">Who gets it.</param>
internal sealed class Answer(OrderingState state, NodeId to)
{
    /// <summary>How many blocks one has at most, however small they are.</summary>
    public const int BlocksMax = 256;

    private long _bytes;
    private int _blocks;

    /// <summary>Takes a block, with what proves it, if there is room. One always fits.</summary>
    /// <returns>Whether it is part of the answer.</returns>
    public bool TryAddBlock(in AnswerPart block)
    {
        if (_blocks > 0 && (_blocks >= BlocksMax || _bytes + block.Bytes > state.Options.CatchUpBytes))
        {
            return false;
        }

        _blocks++;
        _bytes += block.Bytes;
        state.Ration.Charge(to, block);
        return true;
    }
}
