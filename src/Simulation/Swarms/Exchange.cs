using Consensus.Engine;
using Consensus.Gossip;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Swarms;

/// <summary>What becomes of a call, in which each side may know the news, be away or faulty, and the call be lost.</summary>
/// <param name="options">The swarm.</param>
/// <param name="seed">What is drawn for each agent of this run comes from it.</param>
internal sealed class Exchange(SwarmOptions options, ulong seed)
{
    // The rounds of a run have the numbers from 1 on.
    private const ulong BeforeRounds = 0;

    private readonly int _origin = (int)SwarmDice.For(seed, BeforeRounds, 0).NextBelow((ulong)options.Agents);

    /// <summary>Who has the news at first: anybody, and in a swarm of groups seldom a leader.</summary>
    public int Origin => _origin;

    /// <summary>Whether an agent calls others in a round.</summary>
    public bool Calls(AgentSet known, int agent, ulong round) => options.Mode.Calls(known.Has(agent)) && !IsAway(agent, round);

    /// <summary>One call.</summary>
    /// <param name="known">Who knew of the news when the call began.</param>
    /// <param name="learning">Takes who hears of it.</param>
    /// <param name="caller">Who calls.</param>
    /// <param name="called">Who is called.</param>
    /// <param name="round">When.</param>
    /// <param name="random">Draws what is lost.</param>
    /// <returns>How often the news was sent.</returns>
    public int Call(AgentSet known, AgentSet learning, int caller, int called, ulong round, DeterministicRandom random)
    {
        var payloads = 0;
        var reaches = !random.Chance(options.Loss) && !IsAway(called, round);
        if (options.Mode.CallerTells() && Tells(known, caller))
        {
            payloads++;
            if (reaches)
            {
                learning.Add(called);
            }
        }

        if (reaches && options.Mode.CalledTells() && Tells(known, called))
        {
            payloads++;
            if (!random.Chance(options.Loss))
            {
                learning.Add(caller);
            }
        }

        return payloads;
    }

    /// <summary>How many can be told: those that are not faulty.</summary>
    public int CountHonest() => options.Silent == 0 ? options.Agents : Enumerable.Range(0, options.Agents).Count(agent => !IsSilent(agent));

    /// <summary>How many of these know of the news.</summary>
    public int CountKnowing(AgentSet known) => options.Silent == 0 ? known.Count() : Enumerable.Range(0, options.Agents).Count(agent => known.Has(agent) && !IsSilent(agent));

    private bool Tells(AgentSet known, int agent) => known.Has(agent) && !IsSilent(agent);

    // Who has the news first is not faulty, or nobody would ever hear of it.
    private bool IsSilent(int agent) => SwarmDice.IsSo(options.Silent, seed, BeforeRounds, agent) && agent != _origin;

    private bool IsAway(int agent, ulong round) => SwarmDice.IsSo(options.Away, seed, round, agent);
}
