using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Pbft.Messages;

namespace Consensus.Pbft.Views;

/// <summary>
/// Leaves a view whose primary brings no progress, and begins the next one (OSDI '99, section 4.4).
/// </summary>
internal sealed class ViewChanges(PbftState state, ProgressTimer timer, Reissuing reissuing, Submissions submissions)
{
    // The newest view change of each member, this one included. A later view of a member replaces an earlier one.
    private readonly SortedDictionary<NodeId, ViewChange> _received = [];

    // In which view the others said last that they are active.
    private readonly SortedDictionary<NodeId, ViewNumber?> _activeIn = [];

    // Which of the others suspect the primary of the view.
    private readonly SortedSet<NodeId> _suspecting = [];

    // Who sees no progress in another view.
    private readonly SortedSet<NodeId> _stuckElsewhere = [];

    private bool _isStuck;
    private bool _isUnfit;

    /// <summary>The start of the view that the replica is in, for those who missed it.</summary>
    public NewView? Start { get; private set; }

    /// <summary>The stable checkpoint that the view begins after.</summary>
    public StableProof NewestStable { get; private set; } = StableProof.Origin;

    /// <summary>This replica's own view change, while the view has not begun.</summary>
    public ViewChange? Own => state.IsActive ? null : _received.GetValueOrDefault(state.Self);

    /// <summary>Whether the view has brought this replica no progress in time, or its primary does not do what it is there for.</summary>
    public bool SuspectsPrimary => _isStuck || _isUnfit;

    /// <summary>How many view changes are kept.</summary>
    public int Count => _received.Count;

    /// <summary>Leaves the view for a later one.</summary>
    public void Leave(ViewNumber view)
    {
        ForgetSuspicions();
        timer.OnViewLeft();
        submissions.Pace.OnLeaderGivenUp(state.Primary);
        state.LeaveFor(view);
        Announce();
    }

    /// <summary>After a restart: says again what it said before, with the same words.</summary>
    public void Announce()
    {
        submissions.Forget();
        reissuing.Stop();
        Start = null;
        var prepared = state.Slots.Where(slot => slot.Proof is not null).Select(slot => slot.Proof!).ToArray();
        var digest = ViewChange.ContentDigest(state.Stable, prepared);
        var signature = state.Identity.Sign(StatementKind.PbftViewChange, state.View, SequenceNumber.Zero, digest);
        var own = new ViewChange(state.ViewLsn, state.Self, state.View, state.Stable, prepared, signature);
        _received[state.Self] = own;
        state.Broadcast(own);
        Consider();
    }

    /// <summary>A member has left its view, perhaps also this one.</summary>
    public void OnViewChange(ViewChange message)
    {
        if (_received.TryGetValue(message.Replica, out var known) && known.View >= message.View)
        {
            return;
        }

        _received[message.Replica] = message with { AfterLsn = Lsn.Zero };
        if (state.IsActive && message.Replica == state.Primary && message.View > state.View)
        {
            // The primary itself has left: it was restarted, or is faulty. Nobody leads this view any more.
            Leave(state.View.Next);
        }

        Follow();
        Consider();
    }

    /// <summary>The primary of a view begins it. The verifier has computed what it begins with.</summary>
    public void OnNewView(NewView message)
    {
        if (message.View > state.View || (message.View == state.View && !state.IsActive))
        {
            Begin(message with { AfterLsn = Lsn.Zero });
        }
    }

    /// <summary>What a member says of its view.</summary>
    public void OnStatus(NodeId from, Status status)
    {
        _activeIn[from] = status.IsActive ? status.View : null;
        if (!state.IsActive)
        {
            FindFollowed();
        }

        _suspecting.Remove(from);
        _stuckElsewhere.Remove(from);
        if (!status.IsActive || status.SuspectsPrimary)
        {
            (status.IsActive && status.View == state.View ? _suspecting : _stuckElsewhere).Add(from);
            LeaveIfSuspected();
        }
    }

    public void OnTime()
    {
        if (timer.Deadline > state.Now)
        {
            return;
        }

        if (!state.IsActive)
        {
            // A quorum has come here, and the primary has not begun.
            Leave(state.View.Next);
            return;
        }

        timer.Stop();
        _isStuck = true;
        LeaveIfSuspected();
    }

    /// <summary>A block was committed: the primary does what it is there for.</summary>
    public void OnProgress()
    {
        _isStuck = false;
        timer.OnProgress();
    }

    /// <summary>Whether the primary, whatever it orders, does not do what it is there for.</summary>
    public void OnJudged(bool isUnfit)
    {
        var wasUnfit = _isUnfit;
        _isUnfit = isUnfit && state.Primary != state.Self;
        if (_isUnfit && !wasUnfit)
        {
            LeaveIfSuspected();
        }
    }

    /// <summary>f+1 members have gone to later views, at least one of them correct: so does this replica, to the smallest of them.</summary>
    private void Follow()
    {
        var later = _received.Values.Where(change => change.View > state.View).Select(change => change.View).ToArray();
        if (later.Length >= state.Members.WeakQuorum)
        {
            Leave(later.Min());
        }
    }

    /// <summary>The highest view that f+1 members are active in, at least one of them correct: it may go on for long without this replica.</summary>
    private void FindFollowed()
    {
        ViewNumber? followed = null;
        foreach (var view in _activeIn.Values)
        {
            if (view is not null && view < state.View && !(view < followed)
                && _activeIn.Values.Count(other => other == view) >= state.Members.WeakQuorum && Primaries.Of(state.Members, view.Value) != state.Self)
            {
                followed = view;
            }
        }

        if (followed != state.FollowedView)
        {
            submissions.Forget();
            state.FollowedView = followed;
        }
    }

    /// <summary>
    /// f+1 members see no progress, at least one of them correct. One alone may be cut off, and would leave a view that goes on without it. Those in other views count if
    /// this replica sees none either: crashes may have left everybody in a view of his own.
    /// </summary>
    private void LeaveIfSuspected()
    {
        var stuck = _suspecting.Count + (SuspectsPrimary ? 1 + _stuckElsewhere.Count : 0);
        if (state.IsActive && stuck >= state.Members.WeakQuorum)
        {
            Leave(state.View.Next);
        }
    }

    private void ForgetSuspicions()
    {
        _suspecting.Clear();
        _stuckElsewhere.Clear();
        _isStuck = false;
        _isUnfit = false;
    }

    private void Consider()
    {
        if (state.IsActive)
        {
            return;
        }

        if (!timer.IsRunning && _received.Values.Count(change => change.View >= state.View) >= state.Members.Quorum)
        {
            // A quorum has come here, or has been here and gone on: from now on either the primary begins, or this replica goes on, too.
            timer.Start();
        }

        var together = _received.Values.Where(change => change.View == state.View).ToArray();
        if (together.Length >= state.Members.Quorum && state.Primary == state.Self && !state.HasDiverged
            && _received.TryGetValue(state.Self, out var own) && own.View == state.View)
        {
            Begin(MakeStart(together[..state.Members.Quorum]));
        }
    }

    private NewView MakeStart(ViewChange[] together)
    {
        var blocks = NewViewBlocks.Of(together);
        var reissues = new Reissue[blocks.Digests.Length];
        for (var i = 0; i < reissues.Length; i++)
        {
            var number = blocks.Stable.Number + (ulong)(i + 1);
            reissues[i] = new Reissue(number, blocks.Digests[i], state.Identity.Sign(StatementKind.PbftPrePrepare, state.View, number, blocks.Digests[i]));
        }

        var digest = NewView.ContentDigest(together, reissues);
        return new NewView(Lsn.Zero, state.View, together, reissues, state.Identity.Sign(StatementKind.PbftNewView, state.View, SequenceNumber.Zero, digest));
    }

    private void Begin(NewView start)
    {
        var isOwn = Primaries.Of(state.Members, start.View) == state.Self;
        if (isOwn && start.View > state.View)
        {
            // Its own start of a view that it does not remember: its disk was lost. What it has proposed since is not known, so it proposes nothing there.
            Leave(start.View.Next);
            return;
        }

        timer.Stop();
        ForgetSuspicions();
        var blocks = NewViewBlocks.Of(start.ViewChanges);
        state.Enter(start.View, blocks.Stable.Number + (ulong)start.Reissues.Length);
        submissions.Forget();
        Start = isOwn ? start with { AfterLsn = state.ViewLsn } : start;
        foreach (var old in _received.Where(change => change.Value.View <= start.View).Select(change => change.Key).ToArray())
        {
            _received.Remove(old);
        }

        if (isOwn)
        {
            state.Broadcast(Start);
        }

        NewestStable = blocks.Stable;
        reissuing.Begin(start.Reissues, blocks.Stable.Number);
    }
}
