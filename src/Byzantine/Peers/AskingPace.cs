namespace Consensus.Byzantine;

/// <summary>
/// How fast this replica goes on asking a member for one piece after another while it lacks something: half as fast as its ration there fills (<see cref="AnswerRation"/>), by the same costs. The other half is for what it
/// says of itself on a timer. So who follows the protocol is never rationed, however fast the network and the disks are.
/// </summary>
internal sealed class AskingPace(OrderingState state)
{
    private readonly SortedDictionary<NodeId, Purse> _purses = [];

    /// <summary>A member is to be asked for something.</summary>
    /// <returns>Whether it may be now; if not, at one of the next looks at the time.</returns>
    public bool TryAsk(NodeId member) => Of(member).TryTake(state.Now, AnswerRation.DemandBytes);

    /// <summary>A piece has come that a member was asked for, and has cost it something.</summary>
    public void OnAnswer(NodeId from, in AnswerPart part) => Of(from).Charge(state.Now, part.Cost);

    private Purse Of(NodeId member)
    {
        if (!_purses.TryGetValue(member, out var purse))
        {
            _purses.Add(member, purse = new Purse(AnswerRation.BytesPerTick / 2, state.Now));
        }

        return purse;
    }
}
