using System.Globalization;

namespace Consensus.Gossip;

/// <summary>How a node knows a few members of a swarm in which nobody can know all. The defaults are those of the paper, for 10,000 members (Leitão, Pereira, Rodrigues: HyParView, DSN 2007, section 5.1).</summary>
public sealed record PartialViewOptions
{
    /// <summary>How many neighbours a node talks to; each of them talks to it.</summary>
    /// <value>5; 2 to 32. About the decimal logarithm of the members' number, and one more.</value>
    public int ActiveMax { get; init; } = 5;

    /// <summary>How many others it knows, to take the place of a neighbour that is gone.</summary>
    /// <value>30; <see cref="ActiveMax"/> to 256.</value>
    public int PassiveMax { get; init; } = 30;

    /// <summary>Over how many members the news of a new one walks.</summary>
    /// <value>6; 1 to 16.</value>
    public int JoinWalk { get; init; } = 6;

    /// <summary>How many steps before the end of its walk it is noted as one to know.</summary>
    /// <value>3; 0 to <see cref="JoinWalk"/>.</value>
    public int PassiveWalk { get; init; } = 3;

    /// <summary>How often a node exchanges some of those whom it knows with another one, give or take a quarter.</summary>
    /// <value>10 s; 10 ms to 10 min.</value>
    public TimeSpan ShuffleInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many it exchanges: as many neighbours, and one more of the others, at most.</summary>
    /// <value>3; 1 to 16.</value>
    public int ShufflePeers { get; init; } = 3;

    /// <summary>How often neighbours say that they live.</summary>
    /// <value>1 s; 10 ms to 10 min.</value>
    public TimeSpan LiveInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many of these may not be heard before a neighbour is given up.</summary>
    /// <value>3; 1 to 100.</value>
    public int MissesMax { get; init; } = 3;

    /// <summary>Checks every setting.</summary>
    /// <returns>One sentence for each problem; empty if there is none.</returns>
    public IReadOnlyList<string> Validate()
    {
        var problems = new List<string>();
        Check(ActiveMax is >= 2 and <= 32, nameof(ActiveMax), ActiveMax, "2 to 32");
        Check(PassiveMax >= ActiveMax && PassiveMax <= 256, nameof(PassiveMax), PassiveMax, $"{nameof(ActiveMax)} ({ActiveMax}) to 256");
        Check(JoinWalk is >= 1 and <= 16, nameof(JoinWalk), JoinWalk, "1 to 16");
        Check(PassiveWalk >= 0 && PassiveWalk <= JoinWalk, nameof(PassiveWalk), PassiveWalk, $"0 to {nameof(JoinWalk)} ({JoinWalk})");
        Check(ShufflePeers is >= 1 and <= 16, nameof(ShufflePeers), ShufflePeers, "1 to 16");
        Check(MissesMax is >= 1 and <= 100, nameof(MissesMax), MissesMax, "1 to 100");
        CheckTime(nameof(ShuffleInterval), ShuffleInterval);
        CheckTime(nameof(LiveInterval), LiveInterval);
        return problems;

        void CheckTime(string name, TimeSpan value) =>
            Check(value >= TimeSpan.FromMilliseconds(10) && value <= TimeSpan.FromMinutes(10), name, value, $"{TimeSpan.FromMilliseconds(10)} to {TimeSpan.FromMinutes(10)}");
        void Check<T>(bool holds, string name, T value, string allowed)
        {
            if (!holds)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; allowed: {allowed}."));
            }
        }
    }
}
