using Consensus.Engine;
using Consensus.Gossip;

namespace Consensus.Simulation.Swarms;

/// <summary>A vote by majority gossip (<see cref="MajorityRule"/>), in rounds that all begin at once. Who lies votes for what fewer want, whatever it sees.</summary>
public sealed class MajoritySwarm
{
    private readonly VoteOptions _options;
    private readonly DeterministicRandom _random;
    private readonly int _honest;
    private bool[] _votes;
    private bool[] _next;

    private MajoritySwarm(VoteOptions options, IReadOnlyList<bool> votes, ulong run)
    {
        _options = options;
        _random = SwarmDice.For(options.Seed, run, 0);
        _honest = options.Agents - options.Byzantine;
        _votes = [.. votes];
        _next = [.. votes];
    }

    /// <summary>Votes as the settings say who votes how at first.</summary>
    /// <param name="options">The swarm.</param>
    /// <param name="run">Which of several runs with the same seed this is.</param>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.InvalidConfiguration"/>: a setting is out of range.</exception>
    public static VoteRun Vote(VoteOptions options, int run = 0)
    {
        RangeProblems.Require(options.Validate());
        var honest = options.Agents - options.Byzantine;
        var wantsMore = 2 * options.HonestFor >= honest;
        return Propose([.. Enumerable.Range(0, options.Agents).Select(agent => agent < honest ? agent < options.HonestFor : !wantsMore)], options, run);
    }

    /// <summary>Votes.</summary>
    /// <param name="votes">Each agent's vote at first; those that lie are the last ones.</param>
    /// <param name="options">The swarm; <see cref="VoteOptions.For"/> does not matter.</param>
    /// <param name="run">Which of several runs with the same seed this is.</param>
    /// <returns>What was decided, in how many rounds and calls, and how many agree.</returns>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.InvalidConfiguration"/>: a setting is out of range, or there is another number of votes than of agents.</exception>
    public static VoteRun Propose(IReadOnlyList<bool> votes, VoteOptions options, int run = 0)
    {
        RangeProblems.Require(options.Validate());
        return votes.Count == options.Agents
            ? new MajoritySwarm(options, votes, (ulong)run).Vote()
            : throw new ConsensusException(ConsensusFailure.InvalidConfiguration, $"There are {votes.Count} votes; allowed: as many as {nameof(options.Agents)} ({options.Agents}).");
    }

    private VoteRun Vote()
    {
        var atFirst = CountFor();
        var rounds = 0;
        while (Agreement() < _options.Convergence && rounds < _options.RoundsMax)
        {
            Play();
            rounds++;
        }

        var agreement = Agreement();
        bool? decision = agreement >= _options.Decision ? 2 * CountFor() > _honest : null;
        var isWrong = decision is { } decided && 2 * atFirst != _honest && decided != 2 * atFirst > _honest;
        return new VoteRun(decision, rounds, (long)rounds * _honest * _options.Fanout, agreement, decision is null ? 0 : 1, isWrong, IsConflicting: false, KnowsOfTooManyLiars: false);
    }

    private void Play()
    {
        Span<int> peers = _options.Fanout <= 64 ? stackalloc int[_options.Fanout] : new int[_options.Fanout];
        for (var agent = 0; agent < _honest; agent++)
        {
            PeerSampling.Draw(_random, _options.Agents, agent, peers);
            var seenFor = 0;
            foreach (var peer in peers)
            {
                seenFor += _votes[peer] ? 1 : 0;
            }

            _next[agent] = MajorityRule.Next(_votes[agent], seenFor, peers.Length);
        }

        (_votes, _next) = (_next, _votes);
    }

    private int CountFor() => _votes.AsSpan(0, _honest).Count(true);

    private double Agreement()
    {
        var votesFor = CountFor();
        return (double)Math.Max(votesFor, _honest - votesFor) / _honest;
    }
}
