namespace Consensus.Gossip;

/// <summary>
/// How an agent votes after a round of majority-vote gossip: with the majority of its own vote and those that it has seen; a tie changes nothing.
/// </summary>
/// <remarks>A heuristic for clear majorities, and no agreement: among ten agents that are split 55 to 45 the minority wins in one of twelve cases with a fanout of 3. Nobody may lie.</remarks>
public static class MajorityRule
{
    /// <summary>The next vote.</summary>
    /// <param name="own">The agent's vote.</param>
    /// <param name="seenFor">How many of the votes that it has seen are for.</param>
    /// <param name="seen">How many it has seen, its own one not counted.</param>
    public static bool Next(bool own, int seenFor, int seen)
    {
        var votesFor = seenFor + (own ? 1 : 0);
        var twice = 2 * votesFor - (seen + 1);
        return twice == 0 ? own : twice > 0;
    }
}
