using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid.Messages;

namespace Consensus.Hybrid;

/// <summary>
/// What leaders of Raft sign about the places that they mark. No replica certifies what it has applied at a place before the leader of its term has signed for the place, and each passes on what it has seen: so a leader that
/// shows two histories either signs both, which convicts it, or raises no floor with one of them.
/// </summary>
/// <param name="epoch">The epoch.</param>
/// <param name="identity">Who the replica is.</param>
/// <param name="others">The other members.</param>
internal sealed class LeaderMarks(RunningEpoch epoch, HybridIdentity identity, IReadOnlyList<NodeId> others)
{
    /// <summary>How many places of one leader are remembered: the highest ones, so that old marks which somebody sends again take the place of none.</summary>
    public const int PlacesOfLeader = 16;

    private static readonly TimeSpan AgainInterval = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<NodeId, SortedList<(Term Term, LogIndex Index), MarkNotice>> _known = [];
    private readonly MemberPace _contradictions = new();
    private FloorContent? _applied;
    private FloorContent? _ready;
    private MarkNotice? _own;
    private Ticks _again = Ticks.Never;

    /// <summary>When <see cref="Advance"/> is wanted at the latest.</summary>
    public Ticks Deadline => _again;

    /// <summary>How many marks are remembered, for checks of bounds.</summary>
    internal int Kept => _known.Values.Sum(marks => marks.Count);

    /// <summary>The log is marked at a place, and everything up to there was applied.</summary>
    public void OnMarked(in FloorContent content, Ticks now, EffectBuffer effects)
    {
        _applied = content;
        if (epoch.Status is { Role: ReplicaRole.Leader } status && status.TermOrView == content.Position.Term.Value)
        {
            _own = new MarkNotice(epoch.Descriptor.Tag, identity.Self, content.Position, epoch.Known.Verifier.Sign(identity.Signer, epoch.Known.Say(content.Position)));
            _again = now + AgainInterval;
            Remember(_own);
            Tell(_own, effects);
        }

        Match(effects);
    }

    /// <summary>A leader has signed for a place; its signature was checked.</summary>
    /// <returns>What convicts it, if it has signed for another history there.</returns>
    public EquivocationEvidence? OnMark(MarkNotice mark, Ticks now, EffectBuffer effects)
    {
        if (Find(mark) is { } known)
        {
            return known.Position != mark.Position && EquivocationEvidence.TryCreate(Signed(known), Signed(mark), out var evidence, out _) ? evidence : null;
        }

        Remember(mark);
        if (IsContradicted(mark) && _contradictions.MayPass(mark.Leader, now))
        {
            // Others may have been shown what is in the log here.
            Tell(mark, effects);
        }

        Match(effects);
        return null;
    }

    /// <summary>What the replica has applied at a place for which the leader has signed: once for each.</summary>
    public FloorContent? TakeReady()
    {
        var ready = _ready;
        _ready = null;
        return ready;
    }

    /// <summary>Says again what may not have come.</summary>
    /// <param name="held">Up to where there is a floor.</param>
    /// <param name="now">The time.</param>
    /// <param name="effects">Takes what is to be done.</param>
    public void Advance(LogIndex held, Ticks now, EffectBuffer effects)
    {
        if (now < _again)
        {
            return;
        }

        if (_own is { } own && own.Position.Index > held && epoch.Status.Role == ReplicaRole.Leader)
        {
            _again = now + AgainInterval;
            Tell(own, effects);
        }
        else
        {
            (_own, _again) = (null, Ticks.Never);
        }
    }

    /// <summary>The leader of the term is whom Raft takes for it here: of a term that is over nobody can say any more who led.</summary>
    private void Match(EffectBuffer effects)
    {
        var status = epoch.Status;
        if (_applied is not { } applied || status.TermOrView != applied.Position.Term.Value
            || !_known.TryGetValue(status.Leader, out var marks) || !marks.TryGetValue(PlaceOf(applied.Position), out var mark) || mark.Position != applied.Position)
        {
            return;
        }

        (_ready, _applied) = (applied, null);
        if (mark.Leader != identity.Self)
        {
            Tell(mark, effects);
        }
    }

    private bool IsContradicted(MarkNotice mark) =>
        epoch.Core.ReadEntries(mark.Position.Index, 0) is { IsEmpty: false } entries && entries.Span[0] is var entry && entry.Term == mark.Position.Term && entry.Chain != mark.Position.Chain;

    private MarkNotice? Find(MarkNotice mark) => _known.GetValueOrDefault(mark.Leader)?.GetValueOrDefault(PlaceOf(mark.Position));

    private void Remember(MarkNotice mark)
    {
        if (!_known.TryGetValue(mark.Leader, out var marks))
        {
            _known.Add(mark.Leader, marks = []);
        }

        marks.Add(PlaceOf(mark.Position), mark);
        if (marks.Count > PlacesOfLeader)
        {
            marks.RemoveAt(0);
        }
    }

    private static (Term Term, LogIndex Index) PlaceOf(in LogPosition position) => (position.Term, position.Index);

    private SignedStatement Signed(MarkNotice mark) => new(epoch.Known.Say(mark.Position), mark.Leader, mark.Signature);

    private void Tell(MarkNotice mark, EffectBuffer effects)
    {
        foreach (var other in others.Where(other => other != mark.Leader))
        {
            effects.Send(other, mark);
        }
    }
}
