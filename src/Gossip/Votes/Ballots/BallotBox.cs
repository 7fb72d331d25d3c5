using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Gossip.Votes;

/// <summary>The checked votes of one ballot that a node knows, and what follows from them.</summary>
internal sealed class BallotBox(Ballot ballot, Ticks closesAt, TimeSpan settleTime)
{
    private readonly Signature?[] _for = new Signature?[ballot.Voters.Length];
    private readonly Signature?[] _against = new Signature?[ballot.Voters.Length];
    private BallotOutcome _leaning;
    private BallotCertificate? _certificate;
    private int _onlyFor;
    private int _onlyAgainst;
    private int _both;

    public Ballot Ballot => ballot;

    /// <summary>When it is over, on this node's clock.</summary>
    public Ticks ClosesAt => closesAt;

    /// <summary>What came of it. Once it is not <see cref="BallotOutcome.Open"/>, it stays.</summary>
    public BallotOutcome Outcome { get; private set; }

    /// <summary>When what the votes say is believed, if nothing changes it until then.</summary>
    public Ticks SettlesAt { get; private set; } = Ticks.Never;

    /// <summary>When the votes are compared with others' again.</summary>
    public Ticks NextRound { get; set; }

    /// <summary>How long it was until then: the longer nothing is new, the longer.</summary>
    public TimeSpan Pause { get; set; }

    /// <summary>Whether a vote came or went since the votes were compared.</summary>
    public bool HasNews { get; set; }

    /// <summary>How often votes were compared.</summary>
    public int Rounds { get; set; }

    public VoteTally Tally => new(_onlyFor, _onlyAgainst, _both);

    /// <summary>What it shows.</summary>
    public BallotStatus Status => new(ballot, Outcome, Tally, NamesWhere(voter => _for[voter] is null && _against[voter] is null), NamesWhere(voter => _for[voter] is not null && _against[voter] is not null), Rounds, _certificate);

    public Signature? Find(int voter, bool isFor) => isFor ? _for[voter] : _against[voter];

    /// <summary>Adds a vote that is new, and was checked.</summary>
    /// <returns>Whether the voter has now signed both.</returns>
    public bool Add(in BallotVote vote)
    {
        (vote.IsFor ? _for : _against)[vote.Voter] = vote.Signature;
        HasNews = true;
        if (Find(vote.Voter, !vote.IsFor) is not null)
        {
            _both++;
            _ = vote.IsFor ? _onlyAgainst-- : _onlyFor--;
            return true;
        }

        _ = vote.IsFor ? _onlyFor++ : _onlyAgainst++;
        return false;
    }

    /// <summary>Draws conclusions.</summary>
    /// <returns>Whether the outcome is known since this call.</returns>
    public bool Conclude(Ticks now)
    {
        if (Outcome != BallotOutcome.Open)
        {
            return false;
        }

        var leaning = Lean();
        if (leaning != _leaning)
        {
            _leaning = leaning;
            SettlesAt = leaning == BallotOutcome.Open ? Ticks.Never : leaning == BallotOutcome.TooManyLiars ? now : now + settleTime;
        }

        if (SettlesAt <= now)
        {
            Outcome = _leaning;
            _certificate = _leaning is BallotOutcome.For or BallotOutcome.Against ? Certify(_leaning == BallotOutcome.For) : null;
        }
        else if (closesAt <= now)
        {
            Outcome = BallotOutcome.Expired;
        }

        return Outcome != BallotOutcome.Open;
    }

    /// <summary>Of which voters a vote is known, a bit for each.</summary>
    public ImmutableArray<byte> Bits(bool isFor)
    {
        var bits = new byte[BytesFor(ballot)];
        for (var voter = 0; voter < ballot.Voters.Length; voter++)
        {
            if (Find(voter, isFor) is not null)
            {
                bits[voter >> 3] |= (byte)(1 << (voter & 7));
            }
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(bits);
    }

    /// <summary>How many bytes the bits of a ballot's voters take.</summary>
    public static int BytesFor(Ballot ballot) => (ballot.Voters.Length + 7) / 8;

    private BallotOutcome Lean()
    {
        var silent = ballot.Voters.Length - _onlyFor - _onlyAgainst - _both;
        return VoteQuorum.Judge(Tally, ballot.Voters.Length) switch
        {
            VoteVerdict.For => BallotOutcome.For,
            VoteVerdict.Against => BallotOutcome.Against,
            VoteVerdict.TooManyLiars => BallotOutcome.TooManyLiars,
            _ => Math.Max(_onlyFor, _onlyAgainst) + silent < ballot.Quorum ? BallotOutcome.Split : BallotOutcome.Open,
        };
    }

    private BallotCertificate Certify(bool isFor)
    {
        var votes = ImmutableArray.CreateBuilder<BallotVote>(ballot.Quorum);
        for (var voter = 0; votes.Count < ballot.Quorum; voter++)
        {
            if (Find(voter, isFor) is { } signature && Find(voter, !isFor) is null)
            {
                votes.Add(new BallotVote(voter, isFor, signature));
            }
        }

        return new BallotCertificate(ballot, isFor, votes.MoveToImmutable());
    }

    private ImmutableArray<NodeId> NamesWhere(Predicate<int> isOne) => [.. Enumerable.Range(0, ballot.Voters.Length).Where(voter => isOne(voter)).Select(voter => ballot.Voters[voter].Id)];
}
