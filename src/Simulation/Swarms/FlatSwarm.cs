using Consensus.Gossip;

namespace Consensus.Simulation.Swarms;

/// <summary>
/// News in a swarm where anybody may call anybody, in rounds that all begin at once (random phone calls on a complete graph): what an agent learns in a round it passes on in the next one, not before.
/// Two bits for each agent, and nothing else.
/// </summary>
public sealed class FlatSwarm
{
    // Parts of this size have their own generator: what they draw does not depend on how many processors there are.
    private const int PartAgents = 1 << 16;
    private const int StackPeersMax = 64;

    private readonly SwarmOptions _options;
    private readonly ulong _seed;
    private readonly Exchange _exchange;
    private readonly TrafficCounter _traffic = new();
    private AgentSet _known;
    private AgentSet _learning;

    private FlatSwarm(SwarmOptions options, ulong run)
    {
        _options = options;
        _seed = SwarmDice.OfRun(options.Seed, run);
        _exchange = new Exchange(options, _seed);
        _known = new AgentSet(options.Agents);
        _learning = new AgentSet(options.Agents);
    }

    /// <summary>Lets news spread from one agent until everybody knows it, or <see cref="SwarmOptions.RoundsMax"/> is reached.</summary>
    /// <param name="options">The swarm.</param>
    /// <param name="run">Which of several runs with the same seed this is.</param>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.InvalidConfiguration"/>: a setting is out of range.</exception>
    public static SwarmRun Spread(SwarmOptions options, int run = 0)
    {
        RangeProblems.Require(options.Validate());
        return new FlatSwarm(options, (ulong)run).Spread();
    }

    private SwarmRun Spread()
    {
        var run = new SwarmRun(_options.Agents, _exchange.CountHonest());
        _known.Add(_exchange.Origin);
        for (ulong round = 1; round <= (ulong)_options.RoundsMax && !run.IsComplete; round++)
        {
            _known.CopyTo(_learning);
            Parallel.For(0, (_options.Agents + PartAgents - 1) / PartAgents, new ParallelOptions { MaxDegreeOfParallelism = _options.Processors }, part => _traffic.Add(Play(round, part)));
            (_known, _learning) = (_learning, _known);
            run.Add(new SwarmRound(_exchange.CountKnowing(_known), _traffic.Total));
        }

        return run;
    }

    private SwarmTraffic Play(ulong round, int part)
    {
        var random = SwarmDice.For(_seed, round, (ulong)part);
        Span<int> peers = _options.Fanout <= StackPeersMax ? stackalloc int[_options.Fanout] : new int[_options.Fanout];
        var (calls, payloads, farCalls, farPayloads) = (0L, 0L, 0L, 0L);
        var end = (int)Math.Min(_options.Agents, (part + 1L) * PartAgents);
        for (var caller = part * PartAgents; caller < end; caller++)
        {
            if (!_exchange.Calls(_known, caller, round))
            {
                continue;
            }

            PeerSampling.Draw(random, _options.Agents, caller, peers);
            calls += peers.Length;
            var region = caller - (caller % _options.RegionAgents);
            foreach (var called in peers)
            {
                var sent = _exchange.Call(_known, _learning, caller, called, round, random);
                payloads += sent;
                if ((uint)(called - region) >= (uint)_options.RegionAgents)
                {
                    farCalls++;
                    farPayloads += sent;
                }
            }
        }

        return new SwarmTraffic(calls, payloads, farCalls, farPayloads);
    }
}
