namespace Consensus.Byzantine;

/// <summary>
/// How much of what one origin shows here is passed on to the leader at once: as much as fits a block, or one batch, between two looks at what waits. An origin can make up batches without end, and each of them is new; passed on by
/// everybody they would come between the leader and the others. What is left waits for the next look.
/// </summary>
internal sealed class RelayBudget(OrderingState state)
{
    private readonly SortedDictionary<NodeId, long> _passedOn = [];

    /// <summary>A new batch could be passed on.</summary>
    /// <returns>Whether it is to be.</returns>
    public bool TryTake(CommandBatch batch)
    {
        var bytes = _passedOn.GetValueOrDefault(batch.Origin);
        if (bytes > 0 && bytes + batch.Bytes > state.Options.BlockBytesMax)
        {
            return false;
        }

        _passedOn[batch.Origin] = bytes + batch.Bytes;
        return true;
    }

    /// <summary>What waits is looked at, or another one leads.</summary>
    public void Renew() => _passedOn.Clear();
}
