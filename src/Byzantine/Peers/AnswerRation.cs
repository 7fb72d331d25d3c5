namespace Consensus.Byzantine;

/// <summary>
/// How much of this replica's time and network each member may take by asking (<see cref="IDemand"/>): a purse for each. Who goes beyond it gets no answer, and is told of; nobody else
/// notices.
/// </summary>
/// <remarks>
/// What an answer costs <see cref="AnswerPart"/> says. Honest members stay below by themselves (<see cref="AskingPace"/>). Why the purse is as large as it is, is in the README of this project.
/// </remarks>
internal sealed class AnswerRation(OrderingState state)
{
    /// <summary>What a purse gains in each tick: 250 MB for each second.</summary>
    public const long BytesPerTick = 25;

    /// <summary>What it holds at most: what comes together in a second.</summary>
    public const long BytesMax = BytesPerTick * TimeSpan.TicksPerSecond;

    /// <summary>What asking costs, whatever the answer: 4,000 questions a second.</summary>
    public const long DemandBytes = BytesMax / 4000;

    private readonly SortedDictionary<NodeId, Member> _members = [];
    private readonly RareNews _news = new(state);

    /// <summary>How many messages were not answered.</summary>
    public long Dropped { get; private set; }

    /// <summary>A member asks for something.</summary>
    /// <returns>Whether it may have an answer.</returns>
    public bool TryTake(NodeId from)
    {
        var member = Of(from);
        if (member.Purse.TryTake(state.Now, DemandBytes))
        {
            return true;
        }

        Dropped++;
        member.Dropped++;
        if (_news.TryTell(from))
        {
            state.Effects.Raise(new PeerFlooding(from, member.Dropped));
            member.Dropped = 0;
        }

        return false;
    }

    /// <summary>Something was sent as an answer. A single one may cost more than the purse holds.</summary>
    public void Charge(NodeId to, in AnswerPart part) => Of(to).Purse.Charge(state.Now, part.Cost);

    private Member Of(NodeId id)
    {
        if (!_members.TryGetValue(id, out var member))
        {
            _members.Add(id, member = new Member(new Purse(BytesPerTick, state.Now)));
        }

        return member;
    }

    private sealed class Member(Purse purse)
    {
        public Purse Purse => purse;

        public long Dropped { get; set; }
    }
}
