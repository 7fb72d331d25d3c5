using System.Collections.Immutable;

namespace Consensus.Cryptography;

/// <summary>Collects the votes of one kind for one view and sequence number until enough members say the same.</summary>
/// <remarks>
/// <list type="number">
/// <item>A member has one vote. A second one for the same hash is a duplicate, even if the signature differs.</item>
/// <item>A second one for another hash is evidence, if both signatures are valid. The first still counts: it is as valid as before.</item>
/// <item>An invalid signature takes no place: whoever forges a vote does not keep its alleged signer from voting.</item>
/// <item>Votes are counted for each hash apart; the first hash that reaches the threshold is certified.</item>
/// <item>Once it is, votes are kept for comparison and not checked, until one of them contradicts another.</item>
/// </list>
/// <para>Not safe for use by several threads at once. Memory is bounded by the number of members.</para>
/// </remarks>
public sealed class VoteCollector
{
    private readonly StatementVerifier _verifier;
    private readonly Statement _place;
    private readonly NodeId _excluded;
    private readonly Ballot[] _ballots;

    /// <summary>Makes an empty collector.</summary>
    /// <param name="verifier">The verifier of the epoch.</param>
    /// <param name="kind">What is voted on: a kind of which a correct member signs one statement for each view and sequence number.</param>
    /// <param name="view">The view.</param>
    /// <param name="sequence">The sequence number or height.</param>
    /// <param name="threshold">How many members must agree: <see cref="SignerSet.Quorum"/>, <see cref="SignerSet.WeakQuorum"/>, or another number up to that of all.</param>
    /// <param name="excluded">A member whose vote does not count here, as the primary's among the prepares of PBFT; none by default.</param>
    public VoteCollector(StatementVerifier verifier, StatementKind kind, ViewNumber view, SequenceNumber sequence, int threshold, NodeId excluded = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threshold, verifier.Members.Count);
        _verifier = verifier;
        _place = new Statement(verifier.Domain, kind, view, sequence, default);
        _excluded = excluded;
        _ballots = new Ballot[verifier.Members.Count];
        Threshold = threshold;
    }

    private enum BallotState : byte
    {
        Empty,
        Unchecked,
        Valid,
        Proven,
    }

    /// <summary>How many members must agree.</summary>
    public int Threshold { get; }

    /// <summary>The certificate, once enough members agree.</summary>
    public QuorumCertificate? Certificate { get; private set; }

    /// <summary>How many members voted for a hash, as far as their votes were checked.</summary>
    public int CountOf(in Digest hash)
    {
        var count = 0;
        foreach (ref readonly var ballot in _ballots.AsSpan())
        {
            count += ballot.CountsFor(hash) ? 1 : 0;
        }

        return count;
    }

    /// <summary>Takes a vote.</summary>
    /// <param name="signer">Who is said to vote.</param>
    /// <param name="hash">For what.</param>
    /// <param name="signature">Its signature over the statement with that hash.</param>
    /// <param name="conflict">The evidence, if the result is <see cref="VoteResult.Conflicting"/>.</param>
    public VoteResult Add(NodeId signer, in Digest hash, in Signature signature, out ConflictingVotes? conflict)
    {
        conflict = null;
        var index = _verifier.Members.IndexOf(signer);
        if (index < 0 || signer == _excluded)
        {
            return VoteResult.NoVoter;
        }

        ref var ballot = ref _ballots[index];
        if (ballot.State == BallotState.Proven)
        {
            return VoteResult.AlreadyProven;
        }

        if (ballot.State != BallotState.Empty && ballot.Hash == hash)
        {
            return VoteResult.Duplicate;
        }

        if (ballot.State == BallotState.Empty && Certificate is not null)
        {
            ballot = new Ballot(BallotState.Unchecked, hash, signature);
            return VoteResult.Surplus;
        }

        var vote = Vote(signer, hash, signature);
        if (!_verifier.Verify(vote))
        {
            return VoteResult.InvalidSignature;
        }

        return ballot.State == BallotState.Empty ? Count(ref ballot, vote) : Compare(ref ballot, vote, out conflict);
    }

    private VoteResult Count(ref Ballot ballot, in SignedStatement vote)
    {
        ballot = new Ballot(BallotState.Valid, vote.Statement.Hash, vote.Signature);
        if (CountOf(vote.Statement.Hash) < Threshold)
        {
            return VoteResult.Counted;
        }

        Certificate = Certify(vote.Statement);
        return VoteResult.Completed;
    }

    private VoteResult Compare(ref Ballot ballot, in SignedStatement vote, out ConflictingVotes? conflict)
    {
        conflict = null;
        var first = Vote(vote.Signer, ballot.Hash, ballot.Signature);
        if (ballot.State == BallotState.Unchecked && !_verifier.Verify(first))
        {
            ballot = new Ballot(BallotState.Valid, vote.Statement.Hash, vote.Signature);
            return VoteResult.Surplus;
        }

        conflict = new ConflictingVotes(first, vote);
        ballot = ballot with { State = BallotState.Proven };
        return VoteResult.Conflicting;
    }

    private QuorumCertificate Certify(in Statement statement)
    {
        var signatures = ImmutableArray.CreateBuilder<MemberSignature>(Threshold);
        for (var i = 0; i < _ballots.Length; i++)
        {
            ref readonly var ballot = ref _ballots[i];
            if (ballot.CountsFor(statement.Hash))
            {
                signatures.Add(new MemberSignature(_verifier.Members.Members[i].Id, ballot.Signature));
            }
        }

        return new QuorumCertificate(statement, signatures.MoveToImmutable());
    }

    private SignedStatement Vote(NodeId signer, in Digest hash, in Signature signature) => new(_place with { Hash = hash }, signer, signature);

    private readonly record struct Ballot(BallotState State, Digest Hash, Signature Signature)
    {
        // A member that was proven faulty had voted validly before.
        public bool CountsFor(in Digest hash) => State is BallotState.Valid or BallotState.Proven && Hash == hash;
    }
}
