using System.Collections.Immutable;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Gossip.Messages;
using Consensus.Gossip.Node;

namespace Consensus.Gossip.Votes;

/// <summary>
/// Ballots of a swarm: signed votes spread epidemically, and a node decides on a quorum of them (<see cref="VoteQuorum"/>). In rounds each node tells some others in a bit for each vote which ones it knows, and gets those that it lacks; while nothing is new the rounds become rarer.
/// </summary>
/// <remarks>
/// Votes are kept and passed on only if their signatures hold, and each is checked once. This node's own vote comes from outside (<see cref="Cast"/>), after it was made durable: a core that has forgotten everything does not vote by itself.
/// </remarks>
internal sealed class BallotsCore : IGossipCore
{
    private const int PauseMax = 32;
    private const int RequestsMax = 64;

    private readonly NodeId _self;
    private readonly SwarmTrust _trust;
    private readonly BallotOptions _options;
    private readonly IPeerView _peers;
    private readonly DeterministicRandom _random;
    private readonly Func<Ticks, Timestamp> _timeOfDay;
    private readonly Dictionary<Digest, BallotBox> _boxes = [];
    private readonly Dictionary<Digest, Ticks> _requested = [];

    /// <param name="self">Who this node is.</param>
    /// <param name="trust">Whose signatures are taken.</param>
    /// <param name="options">The settings, which are valid.</param>
    /// <param name="peers">Whom it may talk to.</param>
    /// <param name="random">Draws; nobody is to foresee it.</param>
    /// <param name="timeOfDay">The time of day at a point of this node's clock.</param>
    public BallotsCore(NodeId self, SwarmTrust trust, BallotOptions options, IPeerView peers, DeterministicRandom random, Func<Ticks, Timestamp> timeOfDay)
    {
        Invariant.Holds(options.Validate().Count == 0, "the settings of ballots were checked");
        (_self, _trust, _options, _peers, _random, _timeOfDay) = (self, trust, options, peers, random, timeOfDay);
    }

    /// <inheritdoc/>
    public Ticks NextDeadline { get; private set; } = Ticks.Never;

    /// <summary>How the ballots stand that are known.</summary>
    public IEnumerable<BallotStatus> All => _boxes.Values.Select(static box => box.Status);

    /// <summary>How a ballot stands; <see langword="null"/> if it is not known.</summary>
    public BallotStatus? Find(in Digest ballot) => _boxes.GetValueOrDefault(ballot)?.Status;

    /// <summary>Whether no others are taken of this node.</summary>
    public bool IsFull => _boxes.Count >= _options.BallotsMax || CountOf(_self) >= _options.BallotsMaxEach;

    /// <summary>How many votes were checked.</summary>
    public long Checked { get; private set; }

    /// <summary>A ballot, from its maker's application or from anybody.</summary>
    /// <returns>Why it is not taken; <see langword="null"/> if it is, or was.</returns>
    public string? Announce(Ticks now, Ballot ballot, GossipEffects effects)
    {
        if (_boxes.ContainsKey(ballot.Id))
        {
            return null;
        }

        if (DefectOf(_timeOfDay(now), ballot) is { } defect)
        {
            return defect;
        }

        var left = ballot.ClosesAt.UnixMilliseconds - _timeOfDay(now).UnixMilliseconds;
        var box = new BallotBox(ballot, now + TimeSpan.FromMilliseconds(left), VoteQuorum.SettleRounds(Math.Max(ballot.Voters.Length, _peers.SwarmSize)) * _options.RoundTime)
        {
            Pause = _options.RoundTime,
            NextRound = now + _random.NextBetween(TimeSpan.Zero, _options.RoundTime),
        };
        _boxes.Add(ballot.Id, box);
        _requested.Remove(ballot.Id);
        effects.Raise(new BallotOpened(ballot));
        Finish();
        return null;
    }

    /// <summary>This node's vote, which is durable: from now on it is told.</summary>
    /// <returns>Whether it was taken: it is not if the ballot is not known any more, or this node does not vote in it.</returns>
    public bool Cast(Ticks now, in Digest ballot, bool isFor, Signature signature, GossipEffects effects)
    {
        if (!_boxes.TryGetValue(ballot, out var box) || box.Ballot.PlaceOf(_self) is var place && place < 0)
        {
            return false;
        }

        if (box.Find(place, isFor) is null)
        {
            Add(box, new BallotVote(place, isFor, signature), effects);
            Conclude(now, box, effects);
            Finish();
        }

        return true;
    }

    /// <inheritdoc/>
    public void OnMessage(Ticks now, NodeId from, GossipMessage message, GossipEffects effects)
    {
        if (from == _self || !_peers.IsTrusted(from))
        {
            return;
        }

        switch (message)
        {
            case BallotDigest m:
                OnDigest(now, from, m, effects);
                break;
            case BallotVotes m:
                OnVotes(now, from, m, effects);
                break;
            case BallotRequest m when _boxes.TryGetValue(m.Ballot, out var box):
                effects.Send(from, new BallotAnnouncement(box.Ballot), GossipChannel.Stream);
                break;
            case BallotAnnouncement m when !_requested.Remove(m.Ballot.Id):
                effects.Reject(from, $"The ballot {m.Ballot.Id} was announced, and not asked for.");
                break;
            case BallotAnnouncement m when Announce(now, m.Ballot, effects) is { } defect && IsForged(m.Ballot):
                effects.Reject(from, defect);
                break;
            default:
                break;
        }

        Finish();
    }

    /// <inheritdoc/>
    public void OnTime(Ticks now, GossipEffects effects)
    {
        foreach (var (id, box) in _boxes.ToArray())
        {
            Conclude(now, box, effects);
            if (box.ClosesAt + _options.KeptAfter <= now)
            {
                _boxes.Remove(id);
            }
            else if (box.NextRound <= now)
            {
                Compare(now, box, effects);
            }
        }

        foreach (var (late, _) in _requested.Where(requested => requested.Value <= now).ToArray())
        {
            _requested.Remove(late);
        }

        Finish();
    }

    private string? DefectOf(Timestamp time, Ballot ballot)
    {
        var open = ballot.ClosesAt.UnixMilliseconds - ballot.OpensAt.UnixMilliseconds;
        return ballot.ClosesAt <= time ? $"The ballot {ballot.Id} is over."
            : open > (long)_options.OpenTimeMax.TotalMilliseconds ? $"The ballot {ballot.Id} is open for {open:N0} ms; allowed: up to {_options.OpenTimeMax} (OpenTimeMax)."
            : ballot.OpensAt.UnixMilliseconds > time.UnixMilliseconds + (long)_options.AheadMax.TotalMilliseconds ? $"The ballot {ballot.Id} opens {ballot.OpensAt.UnixMilliseconds - time.UnixMilliseconds:N0} ms from now; allowed: up to {_options.AheadMax} (AheadMax)."
            : _boxes.Count >= _options.BallotsMax ? $"{_boxes.Count} ballots are known; allowed: {_options.BallotsMax} (BallotsMax)."
            : CountOf(ballot.Maker) >= _options.BallotsMaxEach ? $"{_options.BallotsMaxEach} ballots of {ballot.Maker} are known; allowed: no more (BallotsMaxEach)."
            : IsForged(ballot) ? $"The ballot {ballot.Id} is not signed by {ballot.Maker}, or its id is not that of what it says."
            : ballot.Voters.FirstOrDefault(voter => _trust.KeyOf(voter.Id) != voter.Key) is { Id: var stranger } && stranger != NodeId.None ? $"The ballot {ballot.Id} names {stranger} with a key that is not known to be its own."
            : null;
    }

    private int CountOf(NodeId maker) => _boxes.Values.Count(box => box.Ballot.Maker == maker);

    private bool IsForged(Ballot ballot) => _trust.KeyOf(ballot.Maker) is not { } key || !ballot.IsGenuine(_trust.Swarm, key, _trust.Verifier);

    private void Compare(Ticks now, BallotBox box, GossipEffects effects)
    {
        box.Pause = box.HasNews ? _options.RoundTime : new TimeSpan(Math.Min(_options.RoundTime.Ticks * PauseMax, box.Pause.Ticks * 2));
        box.HasNews = false;

        // Who knows the outcome answers those who do not, and asks nobody any more.
        var isDone = box.Outcome != BallotOutcome.Open && box.Pause.Ticks >= _options.RoundTime.Ticks * PauseMax;
        box.NextRound = isDone ? Ticks.Never : now + _random.NextBetween(box.Pause * 0.75, box.Pause * 1.25);
        box.Rounds++;
        var peers = _peers.Peers;
        Span<int> drawn = stackalloc int[Math.Min(_options.Fanout, peers.Count)];
        PeerSampling.Draw(_random, peers.Count + 1, peers.Count, drawn);
        var digest = Digest(box, isAnswer: false);
        foreach (var peer in drawn)
        {
            effects.Send(peers[peer], digest);
        }
    }

    private void OnDigest(Ticks now, NodeId from, BallotDigest digest, GossipEffects effects)
    {
        if (!_boxes.TryGetValue(digest.Ballot, out var box))
        {
            if (_requested.Count < RequestsMax && _requested.TryAdd(digest.Ballot, now + (_options.RoundTime * 10)))
            {
                effects.Send(from, new BallotRequest(digest.Ballot));
            }

            return;
        }

        var bytes = BallotBox.BytesFor(box.Ballot);
        if (digest.For.Length != bytes || digest.Against.Length != bytes)
        {
            effects.Reject(from, $"It speaks of {8 * digest.For.Length} and {8 * digest.Against.Length} voters in the ballot {digest.Ballot}; allowed: {8 * bytes}.");
            return;
        }

        var votes = ImmutableArray.CreateBuilder<BallotVote>(BallotWire.VotesMax);
        var isLacking = Collect(box, digest, votes);
        if (votes.Count > 0)
        {
            box.HasNews = true;
            var channel = votes.Count > BallotWire.VotesMaxInDatagram ? GossipChannel.Stream : GossipChannel.Datagram;
            effects.Send(from, new BallotVotes(digest.Ballot, votes.DrainToImmutable()), channel);
        }

        if (isLacking && !digest.IsAnswer)
        {
            effects.Send(from, Digest(box, isAnswer: true));
        }

        Wake(now, box);
    }

    /// <summary>Collects votes that the other one lacks, from a place that is drawn: so several who are asked tell different ones.</summary>
    /// <returns>Whether the other one has any that are not known here.</returns>
    private bool Collect(BallotBox box, BallotDigest digest, ImmutableArray<BallotVote>.Builder votes)
    {
        var count = box.Ballot.Voters.Length;
        var first = (int)_random.NextBelow((ulong)count);
        var isLacking = false;
        for (var i = 0; i < 2 * count; i++)
        {
            var voter = (first + (i / 2)) % count;
            var isFor = (i & 1) == 0;
            var isTold = (((isFor ? digest.For : digest.Against)[voter >> 3] >> (voter & 7)) & 1) == 1;
            if (box.Find(voter, isFor) is not { } signature)
            {
                isLacking |= isTold;
            }
            else if (!isTold && votes.Count < BallotWire.VotesMax)
            {
                votes.Add(new BallotVote(voter, isFor, signature));
            }
        }

        return isLacking && box.Outcome == BallotOutcome.Open;
    }

    private void OnVotes(Ticks now, NodeId from, BallotVotes message, GossipEffects effects)
    {
        if (!_boxes.TryGetValue(message.Ballot, out var box) || box.Outcome != BallotOutcome.Open)
        {
            return;
        }

        foreach (var vote in message.Votes)
        {
            if (vote.Voter >= box.Ballot.Voters.Length)
            {
                effects.Reject(from, $"It passes on a vote of the voter at {vote.Voter} in the ballot {message.Ballot}; allowed: 0 to {box.Ballot.Voters.Length - 1}.");
                break;
            }

            if (box.Find(vote.Voter, vote.IsFor) is not null)
            {
                continue;
            }

            Checked++;
            if (!box.Ballot.Verify(_trust.Swarm, vote, _trust.Verifier))
            {
                effects.Reject(from, $"It passes on a vote in the ballot {message.Ballot} that {box.Ballot.Voters[vote.Voter].Id} did not sign.");
                break;
            }

            Add(box, vote, effects);
        }

        Conclude(now, box, effects);
        Wake(now, box);
    }

    private static void Add(BallotBox box, in BallotVote vote, GossipEffects effects)
    {
        if (box.Add(vote))
        {
            effects.Raise(new VoterEquivocated(box.Ballot, box.Ballot.Voters[vote.Voter].Id, box.Find(vote.Voter, isFor: true)!.Value, box.Find(vote.Voter, isFor: false)!.Value));
        }
    }

    private static void Conclude(Ticks now, BallotBox box, GossipEffects effects)
    {
        if (box.Conclude(now))
        {
            effects.Raise(new BallotClosed(box.Status));
        }
    }

    private static BallotDigest Digest(BallotBox box, bool isAnswer) => new(box.Ballot.Id, box.Bits(isFor: true), box.Bits(isFor: false), isAnswer);

    /// <summary>With news the next round comes soon.</summary>
    private void Wake(Ticks now, BallotBox box)
    {
        if (box.HasNews && box.NextRound > now + _options.RoundTime)
        {
            box.NextRound = now + _random.NextBetween(TimeSpan.Zero, _options.RoundTime);
        }
    }

    private void Finish()
    {
        var next = Ticks.Never;
        foreach (var box in _boxes.Values)
        {
            next = Ticks.Min(next, Ticks.Min(box.NextRound, box.ClosesAt + _options.KeptAfter));
            if (box.Outcome == BallotOutcome.Open)
            {
                next = Ticks.Min(next, Ticks.Min(box.SettlesAt, box.ClosesAt));
            }
        }

        NextDeadline = next;
    }
}
