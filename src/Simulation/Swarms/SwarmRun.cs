namespace Consensus.Simulation.Swarms;

/// <summary>How news spread in one run.</summary>
public sealed class SwarmRun
{
    private readonly List<SwarmRound> _rounds = [];

    internal SwarmRun(int agents, int mustKnow)
    {
        Agents = agents;
        MustKnow = mustKnow;
    }

    /// <summary>How many agents there were.</summary>
    public int Agents { get; }

    /// <summary>How many of them could be told: those that are not faulty.</summary>
    public int MustKnow { get; }

    /// <summary>The rounds, one after the other.</summary>
    public IReadOnlyList<SwarmRound> Rounds => _rounds;

    /// <summary>Whether everybody knows.</summary>
    public bool IsComplete => _rounds.Count > 0 && _rounds[^1].Informed >= MustKnow;

    /// <summary>What had been sent in the end.</summary>
    public SwarmTraffic Traffic => _rounds.Count == 0 ? default : _rounds[^1].Traffic;

    /// <summary>After how many rounds a share of all knew; nothing, if that never was.</summary>
    /// <param name="share">More than 0, up to 1.</param>
    public int? RoundsUntil(double share)
    {
        var wanted = (int)Math.Ceiling(share * MustKnow);
        var index = _rounds.FindIndex(round => round.Informed >= wanted);
        return index < 0 ? null : index + 1;
    }

    internal void Add(SwarmRound round) => _rounds.Add(round);
}
