using System.Buffers.Binary;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Gossip;

namespace Consensus.Simulation.Swarms;

/// <summary>
/// A vote by quorum (<see cref="VoteQuorum"/>): each honest voter signs one vote, all that an agent has seen goes both ways in each call, in rounds that all begin at once. In large swarms a committee votes, and all decide by its votes.
/// Signatures are not made: nobody can put another's vote into the books, which is what they are for.
/// </summary>
public sealed class QuorumSwarm
{
    private readonly VoteOptions _options;
    private readonly DeterministicRandom _random;
    private readonly int _honest;
    private readonly int[] _voters;
    private readonly int _settleRounds;
    private readonly VoteLies _lies;
    private readonly Agent[] _agents;
    private readonly bool _more;
    private VoteBook _known;
    private VoteBook _learning;
    private long _calls;

    private QuorumSwarm(VoteOptions options, ulong run)
    {
        _options = options;
        _random = SwarmDice.For(options.Seed, run, 0);
        _honest = options.Agents - options.Byzantine;
        _voters = options.Agents <= options.AllVoteMax ? [.. Enumerable.Range(0, options.Agents)] : Committee.Draw(SeedOf(_random), options.Agents, options.CommitteeSize);
        _settleRounds = VoteQuorum.SettleRounds(options.Agents);
        _more = 2 * options.HonestFor >= _honest;
        _lies = new VoteLies(_random, _honest, [.. Enumerable.Range(0, _voters.Length).Where(voter => _voters[voter] >= _honest)], fewer: !_more, _settleRounds);
        _agents = new Agent[_honest];
        _known = new VoteBook(options.Agents, _voters.Length);
        _learning = new VoteBook(options.Agents, _voters.Length);
    }

    /// <summary>Votes.</summary>
    /// <param name="options">The swarm.</param>
    /// <param name="run">Which of several runs with the same seed this is.</param>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.InvalidConfiguration"/>: a setting is out of range.</exception>
    public static VoteRun Vote(VoteOptions options, int run = 0)
    {
        RangeProblems.Require(options.Validate());
        return new QuorumSwarm(options, (ulong)run).Vote();
    }

    private VoteRun Vote()
    {
        for (var voter = 0; voter < _voters.Length; voter++)
        {
            if (_voters[voter] < _honest)
            {
                _known.See(_voters[voter], voter, _voters[voter] < _options.HonestFor);
            }
        }

        var round = 0;
        while (round < _options.RoundsMax && !IsOver(round))
        {
            round++;
            Play(round);
        }

        var decidedFor = _agents.Count(agent => agent.Decision == VoteVerdict.For);
        var decidedAgainst = _agents.Count(agent => agent.Decision == VoteVerdict.Against);
        bool? decision = decidedFor == decidedAgainst ? null : decidedFor > decidedAgainst;
        return new VoteRun(
            decision,
            round,
            _calls,
            (double)Math.Max(decidedFor, decidedAgainst) / _honest,
            (double)(decidedFor + decidedAgainst) / _honest,
            2 * _options.HonestFor != _honest && (_more ? decidedAgainst : decidedFor) > 0,
            decidedFor > 0 && decidedAgainst > 0,
            _agents.Any(agent => agent.Verdict == VoteVerdict.TooManyLiars));
    }

    private static Digest SeedOf(DeterministicRandom random)
    {
        Span<byte> seed = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(seed, random.NextUInt64());
        return Blake3.Hash(seed);
    }

    /// <summary>Whether everybody has decided; or nobody will hear of anything that would change what it has decided, or has not.</summary>
    private bool IsOver(int round) => Array.TrueForAll(_agents, agent => agent.Decision != VoteVerdict.Open)
        || (_lies.AreDone(round) && Array.TrueForAll(_agents, agent => round - agent.ChangedAt > 2 * _settleRounds));

    private void Play(int round)
    {
        _known.CopyTo(_learning);
        Span<int> peers = _options.Fanout <= 64 ? stackalloc int[_options.Fanout] : new int[_options.Fanout];
        for (var agent = 0; agent < _honest; agent++)
        {
            PeerSampling.Draw(_random, _options.Agents, agent, peers);
            _calls += peers.Length;
            foreach (var peer in peers)
            {
                // Who lies answers with nothing but what he wants to show, which he does anyway.
                if (peer < _honest)
                {
                    _learning.SeeAll(agent, _known, peer);
                    _learning.SeeAll(peer, _known, agent);
                }
            }
        }

        _lies.Act(_learning, round);
        (_known, _learning) = (_learning, _known);
        for (var agent = 0; agent < _honest; agent++)
        {
            _agents[agent] = _agents[agent].After(_known.TallyOf(agent), _voters.Length, round, _settleRounds);
        }
    }

    /// <summary>What an honest agent has made of the votes.</summary>
    /// <param name="Tally">The votes.</param>
    /// <param name="ChangedAt">In which round it last saw a new one.</param>
    /// <param name="Verdict">What they say.</param>
    /// <param name="Since">Since which round they say so.</param>
    /// <param name="Decision">What it has decided, for good.</param>
    private readonly record struct Agent(VoteTally Tally, int ChangedAt, VoteVerdict Verdict, int Since, VoteVerdict Decision)
    {
        public Agent After(VoteTally tally, int voters, int round, int settleRounds)
        {
            var verdict = VoteQuorum.Judge(tally, voters);
            var since = verdict == Verdict ? Since : round;
            var isSettled = verdict is VoteVerdict.For or VoteVerdict.Against && round - since >= settleRounds;
            return new Agent(tally, tally == Tally ? ChangedAt : round, verdict, since, Decision == VoteVerdict.Open && isSettled ? verdict : Decision);
        }
    }
}
