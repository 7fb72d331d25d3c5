namespace Consensus.Gossip;

/// <summary>
/// How a swarm is divided: agents into groups, the leaders of a group's size of groups into a group of the next level, and so on until there is one group. An agent calls nobody outside its groups, so most calls stay near.
/// </summary>
/// <remarks>Immutable. Agents have the numbers from 0 on; those of a group follow each other, and its first ones lead it.</remarks>
public sealed class SwarmLayout
{
    /// <summary>The smallest group.</summary>
    public const int GroupSizeMin = 2;

    private readonly long[] _span;
    private readonly int[] _members;

    /// <summary>Divides a swarm.</summary>
    /// <param name="agents">How many agents there are: 2 or more.</param>
    /// <param name="groupSize">How many agents, or leaders' groups, make a group: 2 or more.</param>
    /// <param name="leaders">How many agents lead a group: at least 1, fewer than a group has.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public SwarmLayout(int agents, int groupSize, int leaders)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(agents, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(groupSize, GroupSizeMin);
        ArgumentOutOfRangeException.ThrowIfLessThan(leaders, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(leaders, groupSize);
        Agents = agents;
        GroupSize = groupSize;
        Leaders = leaders;
        var spans = new List<long> { 1 };
        while (spans[^1] * groupSize < agents)
        {
            spans.Add(spans[^1] * groupSize);
        }

        _span = [.. spans];
        _members = [.. spans.Select((span, level) => level == 0 ? agents : MembersOf(span))];
    }

    /// <summary>How many agents there are.</summary>
    public int Agents { get; }

    /// <summary>How many agents, or groups below, make a group.</summary>
    public int GroupSize { get; }

    /// <summary>How many agents lead a group.</summary>
    public int Leaders { get; }

    /// <summary>How many levels there are: on level 0 is everybody, on the last one there is one group.</summary>
    public int Levels => _span.Length;

    /// <summary>How many agents are on a level.</summary>
    /// <param name="level">0 to <see cref="Levels"/> − 1.</param>
    public int MembersOn(int level) => _members[level];

    /// <summary>How many places a group has on a level; the last one of each level may have fewer members.</summary>
    /// <param name="level">0 to <see cref="Levels"/> − 1.</param>
    public int PlacesIn(int level) => level == 0 ? GroupSize : GroupSize * Leaders;

    /// <summary>The agent at a place of a level.</summary>
    /// <param name="level">0 to <see cref="Levels"/> − 1.</param>
    /// <param name="place">0 to <see cref="MembersOn"/> − 1.</param>
    public int AgentAt(int level, int place) => level == 0 ? place : (int)((place / Leaders * _span[level]) + (place % Leaders));

    /// <summary>Of how many agents the part of the swarm consists that a group of a level stands for.</summary>
    /// <param name="level">0 to <see cref="Levels"/> − 1.</param>
    public long SpanOf(int level) => _span[level] * GroupSize;

    private int MembersOf(long span)
    {
        var full = (Agents - 1) / span;
        return checked((int)((full * Leaders) + Math.Min(Leaders, Agents - (full * span))));
    }
}
