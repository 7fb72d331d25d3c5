using Consensus.Engine;
using Consensus.Raft.Messages;

namespace Consensus.Hybrid.Threat;

/// <summary>
/// Whether a leader of Raft contradicts what it has shown before, or gives its entries times that are far ahead. Looks at its messages before Raft does, for what is in the log then is what the leader has shown.
/// </summary>
/// <remarks>
/// A leader answers for those entries alone that it has sent itself in its term, since this replica was started: what was here before may come from a liar that led then. It overwrites nothing as long as it leads. Where a second one
/// claims to lead in the term, one of the two lies, and nobody can say which. For times it answers where the entry is of its own term.
/// </remarks>
/// <param name="epoch">The epoch, of Raft.</param>
/// <param name="clockErrorMax">How far clocks may be wrong.</param>
internal sealed class LeaderWatch(RunningEpoch epoch, TimeSpan clockErrorMax)
{
    private readonly MemberPace _contradictions = new(TimeSpan.FromSeconds(1));
    private readonly MemberPace _times = new(TimeSpan.FromMinutes(1));
    private Term _term;
    private NodeId _leader;
    private LogIndex _before;

    /// <summary>A member sends a message of Raft.</summary>
    /// <param name="from">The member.</param>
    /// <param name="message">The message.</param>
    /// <param name="now">The time.</param>
    /// <param name="clock">What the wall clock shows.</param>
    /// <param name="effects">Takes what was noticed.</param>
    /// <returns>What Raft is to take of it.</returns>
    public ProtocolMessage OnMessage(NodeId from, ProtocolMessage message, Ticks now, Timestamp clock, EffectBuffer effects)
    {
        switch (message)
        {
            case AppendRequest append when IsOfLeader(from, append.Term):
                OnAppend(from, append, now, clock, effects);
                break;
            case SnapshotChunk chunk:
                IsOfLeader(from, chunk.Term);
                break;
            case ForwardedProposals forwarded when forwarded.Time > clock:
                // The time at which commands were passed on becomes that of their entries, for which the leader has to answer.
                return forwarded with { Time = clock };
        }

        return message;
    }

    private void OnAppend(NodeId from, AppendRequest append, Ticks now, Timestamp clock, EffectBuffer effects)
    {
        var previous = append.Previous;
        var here = epoch.Core.ReadEntries(previous.Index, 0);
        if (here.IsEmpty || here.Span[0].Term != previous.Term)
        {
            return;
        }

        var own = here.Span[0];
        if (own.Chain != previous.Chain)
        {
            if (own.Index > _before && _contradictions.MayPass(from, now))
            {
                effects.Raise(new TamperingDetected(from, $"entry {previous.Index} of term {_term.Value}, in which it leads, is another one than it has sent before"));
            }

            return;
        }

        LookAtTimes(from, own.Time, append.Entries.Span, now, clock, effects);
    }

    /// <summary>Whether nobody but this member has claimed to lead in the term, as far as is known here.</summary>
    private bool IsOfLeader(NodeId from, Term term)
    {
        var status = epoch.Status;
        if (term.Value < status.TermOrView || term < _term)
        {
            return false;
        }

        if (term > _term)
        {
            // What is in the log already, also of this term, was found on disk, or came from whoever led before.
            (_term, _leader, _before) = (term, from, status.LastIndex);
        }
        else if (from != _leader)
        {
            _leader = NodeId.None;
        }

        return from == _leader;
    }

    private void LookAtTimes(NodeId leader, Timestamp before, ReadOnlySpan<LogEntry> entries, Ticks now, Timestamp clock, EffectBuffer effects)
    {
        var latest = new Timestamp(clock.UnixMilliseconds + (long)clockErrorMax.TotalMilliseconds);
        foreach (ref readonly var entry in entries)
        {
            // The log's time never goes back: whoever comes after a leader whose clock was ahead goes on with its time.
            if (entry.Term == _term && entry.Time > before && entry.Time > latest && _times.MayPass(leader, now))
            {
                effects.Raise(new TimestampOutOfRange(leader, entry.Time, clock));
            }

            before = entry.Time > before ? entry.Time : before;
        }
    }
}
