using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.HotStuff.Agreement;
using Consensus.HotStuff.Messages;

namespace Consensus.HotStuff.Pacemaker;

/// <summary>
/// Gives up a term whose leader brings no progress, and begins the next one with a quorum's time-outs (PODC '19, section 4.4; Jolteon, section 3). Time-outs go to the next leader
/// only; who waits where, replicas learn from each other's <see cref="Status"/>.
/// </summary>
internal sealed class Terms(HotStuffState state, ProgressTimer timer, Certification certification, Submissions submissions)
{
    // What each of the others has said last of its term.
    private readonly SortedDictionary<NodeId, Status> _others = [];

    // The latest time-out of each member, this one included.
    private readonly SortedDictionary<NodeId, TermTimeout> _timeouts = [];

    private readonly LeaderPaces _paces = new(state.Members.FaultsMax);
    private ViewNumber _signedFor;
    private (ulong Term, bool IsActive) _seen;
    private NodeId _leader;
    private bool _isStuck;
    private bool _isUnfit;

    /// <summary>How many time-outs are kept.</summary>
    public int Count => _timeouts.Count;

    /// <summary>What a batch may take, as other leaders have shown.</summary>
    public TimeSpan PaceAllowance => _paces.AllowanceFor(state.Leader);

    /// <summary>Whether the term has brought this replica no progress in time, or its leader does not do what it is there for.</summary>
    public bool SuspectsLeader => _isStuck || _isUnfit;

    /// <summary>Whether the others are to hear at once where this replica is.</summary>
    public bool HasNews { get; private set; }

    /// <summary>Gives up the terms before one.</summary>
    public void Leave(ulong term)
    {
        ForgetSuspicion();
        timer.OnViewLeft();
        submissions.Pace.OnLeaderGivenUp(state.Leader);
        _paces.Note(state.ServingLeader, submissions.Pace.Own);
        var lsn = state.GiveUpBefore(term);
        submissions.Forget();
        Say(lsn);
        Consider();
    }

    /// <summary>After a restart: says again what it said before, or gives up the term that it led.</summary>
    public void Start()
    {
        if (state.IsActive && state.Leader == state.Self && state.HasLedBefore)
        {
            Leave(state.Term + 1);
        }
        else if (!state.IsActive)
        {
            Say(Lsn.Zero);
        }

        _seen = (state.Term, state.IsActive);
        _leader = state.ServingLeader;
    }

    /// <summary>Says again what may have been lost, with the highest certificate that is known by now.</summary>
    public void Repeat()
    {
        if (!state.IsActive && _timeouts.GetValueOrDefault(state.Self) is { } own)
        {
            Say(own.AfterLsn);
        }
    }

    /// <summary>A member has given up a term.</summary>
    public void OnTimeout(NodeId from, TermTimeout message)
    {
        certification.Add(message.High, from);
        if (!_timeouts.TryGetValue(from, out var known) || message.Last > known.Last || (message.Last == known.Last && message.High.View > known.High.View))
        {
            _timeouts[from] = message;
        }

        Consider();
    }

    /// <summary>Why a term has begun.</summary>
    public void OnStarted(TimeoutCertificate timeouts) => state.Learn(timeouts);

    /// <summary>What a member says of its term.</summary>
    public void OnStatus(NodeId from, Status status)
    {
        _others[from] = status;
        if (!state.IsActive)
        {
            FindFollowed();
        }

        if (state.IsActive && from == state.Leader && status.Term > state.Term && !status.IsActive)
        {
            // The leader itself has given up: it was restarted, or is faulty. Nobody leads this term any more.
            Leave(state.Term + 1);
        }

        Follow();
        LeaveIfSuspected();
        Consider();
    }

    public void OnTime()
    {
        if (timer.Deadline > state.Now)
        {
            return;
        }

        if (!state.IsActive)
        {
            // A quorum has come here, and the leader has not begun.
            Leave(state.Term + 1);
            return;
        }

        timer.Stop();
        HasNews |= !SuspectsLeader;
        _isStuck = true;
        LeaveIfSuspected();
    }

    /// <summary>Whether the leader, whatever it orders, does not do what it is there for.</summary>
    public void OnJudged(bool isUnfit)
    {
        var suspected = SuspectsLeader;
        _isUnfit = isUnfit && state.Leader != state.Self;
        if (SuspectsLeader && !suspected)
        {
            HasNews = true;
            LeaveIfSuspected();
        }
    }

    /// <summary>A block was committed: the leader does what it is there for.</summary>
    public void OnProgress()
    {
        _isStuck = false;
        timer.OnProgress();
    }

    /// <summary>The others have heard.</summary>
    public void OnTold() => HasNews = false;

    /// <summary>Begins a term that this replica leads, if a quorum waits for it; and takes note of another term or leader.</summary>
    public void Advance()
    {
        Form();
        if (_seen != (state.Term, state.IsActive))
        {
            if (state.IsActive)
            {
                timer.Stop();
                ForgetSuspicion();
            }

            _seen = (state.Term, state.IsActive);
        }

        if (_leader != state.ServingLeader)
        {
            _paces.Note(_leader, submissions.Pace.Own);
            _leader = state.ServingLeader;
            submissions.OnLeaderChanged();
        }
    }

    private void ForgetSuspicion()
    {
        _isStuck = false;
        _isUnfit = false;
    }

    /// <summary>Signs the time-out of the term that was left, and sends it to the leader of the next one.</summary>
    private void Say(Lsn afterLsn)
    {
        var (last, high) = (state.Promises.GivenUp, state.High);
        var signature = state.Identity.Sign(StatementKind.HotStuffTimeout, last, new SequenceNumber(high.View.Value), default);
        var own = new TermTimeout(afterLsn, last, high, signature);
        _timeouts[state.Self] = own;
        HasNews |= last != _signedFor;
        _signedFor = last;
        if (state.Leader != state.Self)
        {
            state.Send(state.Leader, own);
        }
    }

    /// <summary>A quorum has given up the term before: each with a certificate that this replica has the node of.</summary>
    private void Form()
    {
        if (state.IsActive || state.Leader != state.Self)
        {
            return;
        }

        var last = state.Promises.GivenUp;
        var together = _timeouts.Where(each => each.Value.Last == last && each.Value.High.View <= state.High.View && each.Value.AfterLsn <= state.Durable)
            .Take(state.Members.Quorum)
            .Select(each => new ReportedView(each.Key, each.Value.High.View, each.Value.Signature))
            .ToArray();
        if (together.Length == state.Members.Quorum)
        {
            state.Learn(new TimeoutCertificate(last, [.. together]));
        }
    }

    /// <summary>f+1 members wait in later terms, at least one of them correct: so does this replica, in the first of those.</summary>
    private void Follow()
    {
        var later = _others.Values.Where(other => !other.IsActive && other.Term > state.Term).Select(other => other.Term).ToArray();
        if (later.Length >= state.Members.WeakQuorum)
        {
            Leave(later.Min());
        }
    }

    /// <summary>The last term that f+1 members are active in, at least one of them correct: it may go on for long without this replica.</summary>
    private void FindFollowed()
    {
        ulong? followed = null;
        foreach (var other in _others.Values)
        {
            if (other.IsActive && other.Term < state.Term && !(other.Term < followed) && state.Schedule.LeaderOfTerm(other.Term) != state.Self
                && _others.Values.Count(same => same.IsActive && same.Term == other.Term) >= state.Members.WeakQuorum)
            {
                followed = other.Term;
            }
        }

        state.FollowedTerm = followed;
    }

    /// <summary>
    /// f+1 members see no progress, at least one of them correct. One alone may be cut off, and would leave a term that goes on without it. Those in other terms count if
    /// this replica sees none either: crashes may have left everybody in a term of his own.
    /// </summary>
    private void LeaveIfSuspected()
    {
        if (!state.IsActive)
        {
            return;
        }

        var stuck = SuspectsLeader ? 1 : 0;
        foreach (var other in _others.Values)
        {
            var isHere = other.IsActive && other.Term == state.Term;
            stuck += (isHere && other.SuspectsLeader) || (!isHere && SuspectsLeader && (!other.IsActive || other.SuspectsLeader)) ? 1 : 0;
        }

        if (stuck >= state.Members.WeakQuorum)
        {
            Leave(state.Term + 1);
        }
    }

    /// <summary>A quorum has come here, or has been here and gone on: from now on either the leader begins, or this replica goes on, too.</summary>
    private void Consider()
    {
        if (!state.IsActive && !timer.IsRunning && _others.Values.Count(other => other.Term >= state.Term) + 1 >= state.Members.Quorum)
        {
            timer.Start();
        }
    }
}
