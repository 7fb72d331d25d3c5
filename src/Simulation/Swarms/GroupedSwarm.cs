using Consensus.Gossip;

namespace Consensus.Simulation.Swarms;

/// <summary>
/// News in a swarm that is divided into groups of several levels (<see cref="SwarmLayout"/>), all of which gossip at once: each level as fast as its calls are, so that the many near ones do not wait for the few far ones.
/// What an agent learns in a call it passes on when the call is over, not before.
/// </summary>
public sealed class GroupedSwarm
{
    private const int Region = 1;
    private const int PartGroups = 64;
    private const int StackPeersMax = 64;

    private readonly SwarmOptions _options;
    private readonly SwarmLayout _layout;
    private readonly ulong _seed;
    private readonly Exchange _exchange;
    private readonly AgentSet _known;
    private readonly TrafficCounter _traffic = new();
    private readonly Level[] _levels;

    private GroupedSwarm(HierarchyOptions options, ulong run, Func<int, int> ticksOn)
    {
        _options = options.Swarm;
        _layout = new SwarmLayout(_options.Agents, options.GroupSize, options.Leaders);
        _seed = SwarmDice.OfRun(_options.Seed, run);
        _exchange = new Exchange(_options, _seed);
        _known = new AgentSet(_options.Agents);
        _levels = [.. Enumerable.Range(0, _layout.Levels).Select(level => new Level(level, ticksOn(level), new AgentSet(_options.Agents)))];
    }

    /// <summary>Lets news spread in rounds that begin at once on all levels: a tick is a round.</summary>
    /// <param name="options">The swarm.</param>
    /// <param name="run">Which of several runs with the same seed this is.</param>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.InvalidConfiguration"/>: a setting is out of range.</exception>
    public static SwarmRun SpreadInRounds(HierarchyOptions options, int run = 0)
    {
        RangeProblems.Require(options.Validate());
        return new GroupedSwarm(options, (ulong)run, _ => 1).Spread(TimeSpan.Zero).Ticks;
    }

    /// <summary>Lets news spread where calls take as long as the settings say: a tick is a millisecond.</summary>
    /// <param name="options">The swarm. It is given up after as many rounds of the slowest level as <see cref="SwarmOptions.RoundsMax"/> says.</param>
    /// <param name="run">Which of several runs with the same seed this is.</param>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.InvalidConfiguration"/>: a setting is out of range.</exception>
    public static HierarchyRun SpreadInTime(HierarchyOptions options, int run = 0)
    {
        RangeProblems.Require(options.Validate());
        return new GroupedSwarm(options, (ulong)run, level => (int)options.LatencyOn(level).TotalMilliseconds).Spread(TimeSpan.FromMilliseconds(1));
    }

    private HierarchyRun Spread(TimeSpan tick)
    {
        var run = new SwarmRun(_options.Agents, _exchange.CountHonest());
        _known.Add(_exchange.Origin);
        foreach (var level in _levels)
        {
            Play(level, 1);
        }

        var ticksMax = (long)_options.RoundsMax * _levels[^1].Ticks;
        for (var now = 1L; now <= ticksMax && !run.IsComplete; now++)
        {
            var ending = _levels.Where(level => now % level.Ticks == 0).ToArray();
            foreach (var level in ending)
            {
                _known.AddAll(level.Learning);
            }

            run.Add(new SwarmRound(_exchange.CountKnowing(_known), _traffic.Total));
            foreach (var level in run.IsComplete ? [] : ending)
            {
                Play(level, (ulong)now + 1);
            }
        }

        return new HierarchyRun(run, tick);
    }

    private void Play(Level level, ulong round)
    {
        var groups = (_layout.MembersOn(level.Number) + _layout.PlacesIn(level.Number) - 1) / _layout.PlacesIn(level.Number);
        Parallel.For(0, (groups + PartGroups - 1) / PartGroups, new ParallelOptions { MaxDegreeOfParallelism = _options.Processors }, part =>
        {
            var random = SwarmDice.For(_seed + (ulong)level.Number, round, (ulong)part);
            Span<int> peers = _options.Fanout <= StackPeersMax ? stackalloc int[_options.Fanout] : new int[_options.Fanout];
            var (calls, payloads) = (0L, 0L);
            for (var group = part * PartGroups; group < Math.Min(groups, (part + 1) * PartGroups); group++)
            {
                var first = group * _layout.PlacesIn(level.Number);
                var count = Math.Min(_layout.PlacesIn(level.Number), _layout.MembersOn(level.Number) - first);
                if (!HasNewsForSome(level.Number, first, count))
                {
                    continue;
                }

                var some = peers[..Math.Min(_options.Fanout, count - 1)];
                for (var place = 0; place < count; place++)
                {
                    var caller = _layout.AgentAt(level.Number, first + place);
                    if (!_exchange.Calls(_known, caller, round))
                    {
                        continue;
                    }

                    PeerSampling.Draw(random, count, place, some);
                    calls += some.Length;
                    foreach (var called in some)
                    {
                        payloads += _exchange.Call(_known, level.Learning, caller, _layout.AgentAt(level.Number, first + called), round, random);
                    }
                }
            }

            _traffic.Add(level.Number > Region ? new SwarmTraffic(calls, payloads, calls, payloads) : new SwarmTraffic(calls, payloads, 0, 0));
        });
    }

    /// <summary>Whether some of a group know of the news, and others do not.</summary>
    private bool HasNewsForSome(int level, int first, int count)
    {
        var leads = _known.Has(_layout.AgentAt(level, first));
        for (var place = 1; place < count; place++)
        {
            if (_known.Has(_layout.AgentAt(level, first + place)) != leads)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A level, and who learns something in the calls that are under way on it.</summary>
    private sealed record Level(int Number, int Ticks, AgentSet Learning);
}
