using Consensus.Byzantine;
using Consensus.Engine;
using Consensus.HotStuff.Chain;
using Consensus.HotStuff.Leaders;
using Consensus.HotStuff.Messages;
using Consensus.HotStuff.Rules;

namespace Consensus.HotStuff;

/// <summary>The state that the parts of the core share, and the few operations that keep it consistent.</summary>
internal sealed class HotStuffState : OrderingState
{
    private readonly ulong _ledBefore;
    private (ViewNumber High, Lsn Lsn) _saved;
    private Promises _promises = Promises.None;

    public HotStuffState(CoreContext context, HotStuffOptions options, ByzantineIdentity identity)
        : base(context, options, identity)
    {
        Options = options;
        Schedule = new LeaderSchedule(identity.Members, options.TermViews, options.PenaltyRotations);
        Rules = ChainRules.Of(options.Rules);
        if (context.Recovered.Slots.TryGetValue(HotStuffSlots.Promises, out var value))
        {
            _promises = HotStuffSlots.ReadPromises(value, new NodeCodec(Members));
            _ledBefore = _promises.LedTerms;
            _saved = (_promises.High.View, Lsn.Zero);
        }
    }

    public override HotStuffOptions Options { get; }

    public LeaderSchedule Schedule { get; }

    public IChainRules Rules { get; }

    /// <summary>What a crash must not make this replica forget.</summary>
    public Promises Promises => _promises;

    public NodeCertificate High => _promises.High;

    public Node HighNode => _promises.HighNode;

    /// <summary>The time-outs of the latest term that are known to have been given up by a quorum.</summary>
    public TimeoutCertificate? Timeouts { get; private set; }

    /// <summary>
    /// The view in which the next node is expected: the one after the highest certificate's, or after the last time-outs', or, if the replica has given up more than that, the first one of
    /// the term that it waits for.
    /// </summary>
    public ViewNumber View => IsActive ? ReachedView : _promises.GivenUp.Next;

    /// <summary>Whether the term of <see cref="View"/> has begun; if not, the replica waits for its leader's proof of that.</summary>
    public bool IsActive => ReachedView > _promises.GivenUp;

    /// <inheritdoc/>
    public override ulong Term => Schedule.TermOf(View);

    public NodeId Leader => Schedule.LeaderOf(View);

    /// <summary>Whether the replica has led the term before this start: what it has proposed then it may not know.</summary>
    public bool HasLedBefore => Term < _ledBefore;

    /// <summary>Whether it is this replica's turn to propose.</summary>
    public bool IsLeading => IsActive && Leader == Self && !HasLedBefore && !HasDiverged;

    /// <summary>The term that orders commands while this replica waits in a later one, as far as it knows: then it votes on nothing, but its callers are served.</summary>
    public ulong? FollowedTerm { get; set; }

    /// <inheritdoc/>
    public override NodeId ServingLeader =>
        HasDiverged ? NodeId.None
        : IsActive ? Leader
        : FollowedTerm is { } term ? Schedule.LeaderOfTerm(term)
        : NodeId.None;

    private ViewNumber ReachedView
    {
        get
        {
            var next = Schedule.Next(HighNode.View, HighNode.Record);
            return Timeouts is { } timeouts && timeouts.Last.Next > next ? timeouts.Last.Next : next;
        }
    }

    /// <summary>A certificate is higher than all before, and its node and all before that are here. On disk with the next promise.</summary>
    public void Raise(NodeCertificate certificate, Node node)
    {
        Invariant.Holds(certificate.Hash == node.Hash && certificate.View > High.View, "The highest certificate is replaced by a higher one.");
        var locked = Rules.LockedBy(node);
        _promises = _promises with { High = certificate, HighNode = node, Locked = locked.View > _promises.Locked.View ? locked : _promises.Locked };
    }

    /// <summary>A quorum has given up a term.</summary>
    public void Learn(TimeoutCertificate timeouts)
    {
        if (Timeouts is null || timeouts.Last > Timeouts.Last || (timeouts.Last == Timeouts.Last && timeouts.High < Timeouts.High))
        {
            Timeouts = timeouts;
        }
    }

    /// <summary>The replica votes for a node.</summary>
    /// <returns>What must be on disk before anybody sees the vote.</returns>
    public Lsn Vote(Node node)
    {
        Invariant.Holds(node.View > _promises.Voted, "A replica votes once in a view.");
        _promises = _promises with { Voted = node.View, VotedHash = node.Hash };
        return Save();
    }

    /// <summary>The replica gives up the terms before one.</summary>
    /// <returns>What must be on disk before anybody sees that.</returns>
    public Lsn GiveUpBefore(ulong term)
    {
        var last = Schedule.LastOf(term - 1);
        Invariant.Holds(last > _promises.GivenUp && last >= View, "A term is given up once.");
        _promises = _promises with { GivenUp = last };
        if (last > _promises.Voted)
        {
            _promises = _promises with { Voted = last, VotedHash = default };
        }

        FollowedTerm = null;
        return Save();
    }

    /// <summary>The replica begins to lead the term that it is in.</summary>
    /// <returns>What must be on disk before its first proposal leaves.</returns>
    public Lsn Lead()
    {
        Invariant.Holds(IsLeading && Term >= _promises.LedTerms, "A term is led once.");
        _promises = _promises with { LedTerms = Term + 1 };
        return Save();
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Who comes to a stable checkpoint by its proof learns from others which node it is (<see cref="Messages.Anchor"/>), and until then votes on nothing. So those who vouch for it must not lose the certificate that has committed
    /// it, or after a crash of all nobody could say it.
    /// </remarks>
    public override Lsn SaveForCheckpoint() => _saved.High < High.View ? Save() : _saved.Lsn;

    private Lsn Save()
    {
        var lsn = Effects.Save(HotStuffSlots.Promises, HotStuffSlots.PromisesValue(_promises));
        _saved = (High.View, lsn);
        return lsn;
    }
}
