using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>
/// How much of this replica's time and network each member may take by asking (<see cref="IDemand"/>): a purse for each that fills steadily (a token bucket). Who goes beyond it gets no answer, and is told of; nobody else
/// notices.
/// </summary>
/// <remarks>
/// An honest member asks again when it has got its answer, or after an interval. How much that is at most, and why the purse is as large as it is, is in the README of this project.
/// </remarks>
internal sealed class AnswerRation(OrderingState state)
{
    /// <summary>What a purse gains in each tick: 250 MB for each second.</summary>
    public const long BytesPerTick = 25;

    /// <summary>What it holds at most: what comes together in a second.</summary>
    public const long BytesMax = BytesPerTick * TimeSpan.TicksPerSecond;

    /// <summary>What asking costs, whatever the answer: 4,000 questions a second.</summary>
    public const long DemandBytes = BytesMax / 4000;

    private readonly SortedDictionary<NodeId, Purse> _purses = [];
    private readonly RareNews _news = new(state);

    /// <summary>How many messages were not answered.</summary>
    public long Dropped { get; private set; }

    /// <summary>A member asks for something.</summary>
    /// <returns>Whether it may have an answer.</returns>
    public bool TryTake(NodeId from)
    {
        var purse = Filled(from);
        if (purse.Bytes < DemandBytes)
        {
            Dropped++;
            purse = purse with { Dropped = purse.Dropped + 1 };
            if (_news.TryTell(from))
            {
                state.Effects.Raise(new PeerFlooding(from, purse.Dropped));
                purse = purse with { Dropped = 0 };
            }

            _purses[from] = purse;
            return false;
        }

        _purses[from] = purse with { Bytes = purse.Bytes - DemandBytes };
        return true;
    }

    /// <summary>The answer has so many bytes, about. A single one may cost more than the purse holds: then it takes longer to fill.</summary>
    public void Charge(NodeId to, long bytes)
    {
        var purse = Filled(to);
        _purses[to] = purse with { Bytes = purse.Bytes - bytes };
    }

    private Purse Filled(NodeId member) => _purses.TryGetValue(member, out var purse)
        ? purse with { Bytes = Math.Min(BytesMax, purse.Bytes + ((state.Now - purse.At).Ticks * BytesPerTick)), At = state.Now }
        : new Purse(BytesMax, state.Now, 0);

    private readonly record struct Purse(long Bytes, Ticks At, long Dropped);
}
