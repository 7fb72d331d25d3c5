using System.Numerics;
using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>
/// Says which snapshots this replica has taken, and collects what others say of theirs, until f+1 agree on one. Only then, and when that is on disk, the log behind it is given up: so whoever
/// has given up a part of its log can always show somebody, alone, a snapshot that is to be believed.
/// </summary>
internal sealed class SnapshotDesk
{
    private const int CandidatesMax = 2;

    private readonly OrderingState _state;
    private readonly List<Candidate> _candidates = [];

    // The newest of each power of two that divides the block's number: a replica that is slow to save its snapshots takes them at the rounder numbers.
    private readonly Dictionary<int, SnapshotVote> _said = [];
    private CertifiedSnapshot? _former;
    private Lsn _certifiedLsn;
    private bool _keepsChanged;
    private bool _mayGiveUpMore;

    // Of a snapshot that was fetched, and the log had its blocks: they may not have been applied yet, and are still needed.
    private bool _isAheadOfState;

    /// <summary>Creates the desk.</summary>
    /// <param name="state">The replica's state.</param>
    /// <param name="recovered">What was on disk.</param>
    public SnapshotDesk(OrderingState state, RecoveredState recovered)
    {
        _state = state;
        if (recovered.Snapshot is not { } newest)
        {
            return;
        }

        if (recovered.Slots.TryGetValue(CertifiedSnapshotCodec.Slot, out var value) && CertifiedSnapshotCodec.ReadSlot(value, state.Members) is var certified
            && certified.Snapshot.Position.Index <= newest.Position.Index)
        {
            Certified = certified;
            _mayGiveUpMore = true;
        }

        Add(newest);
    }

    /// <summary>The newest snapshot that this replica has with a certificate.</summary>
    public CertifiedSnapshot? Certified { get; private set; }

    /// <summary>How many snapshots wait for their certificates.</summary>
    public int CandidateCount => _candidates.Count;

    /// <summary>A certified snapshot that this replica has, by the last entry that it covers and the hash of its bytes.</summary>
    public SnapshotDescriptor? Find(LogIndex index, in Digest checksum)
    {
        foreach (var certified in new[] { Certified, _former })
        {
            if (certified?.Snapshot is { } snapshot && snapshot.Position.Index == index && snapshot.Checksum == checksum)
            {
                return snapshot;
            }
        }

        return null;
    }

    /// <summary>A snapshot of this replica's own state is on disk.</summary>
    public void Add(SnapshotDescriptor snapshot)
    {
        var number = BlockLog.NumberOf(snapshot);
        if (number <= (Certified?.Number ?? SequenceNumber.Zero) || _candidates.Exists(candidate => candidate.Snapshot == snapshot))
        {
            return;
        }

        _candidates.Add(new Candidate(
            snapshot, new VoteCollector(_state.Identity.Verifier, StatementKind.Snapshot, ViewNumber.Zero, number, _state.Members.WeakQuorum)));
        if (_candidates.Count > CandidatesMax)
        {
            _candidates.RemoveAt(0);
        }

        _keepsChanged = true;
    }

    /// <summary>A certified snapshot of a peer's, further than this replica has come, is on disk.</summary>
    public void OnFetched(CertifiedSnapshot certified)
    {
        Certify(certified);
        _isAheadOfState = true;
    }

    /// <summary>It becomes this replica's state.</summary>
    public void OnInstalled() => _isAheadOfState = false;

    /// <summary>What a member says of its snapshot.</summary>
    public void OnVote(NodeId from, SnapshotVote vote)
    {
        var number = BlockLog.NumberOf(vote.Snapshot);
        if (_candidates.Find(candidate => candidate.Number == number && candidate.IsSaid) is { } waiting)
        {
            Count(waiting, from, vote);
        }

        if (vote.NeedsAnswer && _said.TryGetValue(LevelOf(number), out var own) && BlockLog.NumberOf(own.Snapshot) == number)
        {
            _state.Ration.Charge(from, AnswerPart.Statement);
            _state.Send(from, own with { NeedsAnswer = false });
        }
    }

    /// <summary>Asks again for the statements that are missing.</summary>
    public void OnTime()
    {
        foreach (var candidate in _candidates)
        {
            if (candidate.IsSaid)
            {
                _state.Broadcast(_said[LevelOf(candidate.Number)]);
            }
        }
    }

    /// <summary>Says what may be said by now, and gives up what may be.</summary>
    public void EndTurn()
    {
        // A state that a quorum has certified before. So a wrong state is vouched for by nobody who could have known.
        while (!_state.HasDiverged && _candidates.Find(candidate => !candidate.IsSaid && candidate.Number <= _state.Stable.Number) is { } next)
        {
            Say(next);
        }

        if (_mayGiveUpMore && Certified is { } proven && _certifiedLsn <= _state.Durable)
        {
            _mayGiveUpMore = false;
            _keepsChanged = true;
            if (!_isAheadOfState)
            {
                _state.GiveUpLogBehind(proven.Snapshot);
            }
        }

        if (_keepsChanged)
        {
            _keepsChanged = false;
            Keep();
        }
    }

    private static int LevelOf(SequenceNumber number) => BitOperations.TrailingZeroCount(number.Value);

    /// <summary>
    /// Has the store keep what is certified, and what may become so, whatever comes after. After a crash this replica goes by the certificate that is on disk, so the snapshot
    /// of the one before stays until the new one is there.
    /// </summary>
    private void Keep()
    {
        var kept = _candidates.ConvertAll(candidate => candidate.Snapshot);
        kept.AddRange(new[] { Certified, _mayGiveUpMore ? _former : null }.OfType<CertifiedSnapshot>().Select(certified => certified.Snapshot));
        _state.Effects.KeepSnapshots(kept);
    }

    private void Say(Candidate candidate)
    {
        var signature = _state.Identity.Sign(StatementKind.Snapshot, ViewNumber.Zero, candidate.Number, candidate.Digest);
        var vote = new SnapshotVote(candidate.Snapshot, signature, NeedsAnswer: true);
        candidate.IsSaid = true;
        _said[LevelOf(candidate.Number)] = vote;
        _state.Broadcast(vote);
        Count(candidate, _state.Self, vote);
    }

    private void Count(Candidate candidate, NodeId from, SnapshotVote vote)
    {
        // Two statements of one member accuse it of nothing: one state may be written in several ways.
        var result = candidate.Votes.Add(from, CertifiedSnapshot.DigestOf(vote.Snapshot), vote.Signature, out _);
        if (result == VoteResult.Completed && candidate.Votes.Certificate is { } certificate && certificate.Statement.Hash == candidate.Digest)
        {
            Certify(new CertifiedSnapshot(candidate.Snapshot, certificate));
        }
    }

    private void Certify(CertifiedSnapshot certified)
    {
        Invariant.Holds(Certified is null || certified.Number > Certified.Number, "A certified snapshot is replaced by a later one.");
        _former = Certified;
        Certified = certified;
        _candidates.RemoveAll(candidate => candidate.Number <= certified.Number);
        _certifiedLsn = _state.Effects.Save(CertifiedSnapshotCodec.Slot, CertifiedSnapshotCodec.SlotValue(certified));
        _keepsChanged = true;
        _mayGiveUpMore = true;
        _isAheadOfState = false;
    }

    private sealed class Candidate(SnapshotDescriptor snapshot, VoteCollector votes)
    {
        public SnapshotDescriptor Snapshot => snapshot;

        public VoteCollector Votes => votes;

        public SequenceNumber Number { get; } = BlockLog.NumberOf(snapshot);

        public Digest Digest { get; } = CertifiedSnapshot.DigestOf(snapshot);

        /// <summary>Whether this replica has made its statement.</summary>
        public bool IsSaid { get; set; }
    }
}
