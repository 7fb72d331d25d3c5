using Consensus.Engine;
using Consensus.Raft.Log;
using Consensus.Raft.Messages;

namespace Consensus.Raft.Election;

/// <summary>
/// Answers (pre-)vote requests (sections 5.2 and 5.4.1). Anybody answers, member or not, learner or not: one who was promoted or removed
/// may not know it yet, and its vote is counted only where the candidate's configuration has it.
/// </summary>
internal sealed class Voting(RaftState state, ElectionTimer timer)
{
    public void OnPreVote(NodeId from, PreVoteRequest request)
    {
        var granted = request.Term > state.Term && state.Log.IsUpToDate(request.LastIndex, request.LastTerm);
        state.Send(from, new PreVoteResponse(granted ? request.Term : state.Term, granted));
    }

    public void OnVote(NodeId from, VoteRequest request)
    {
        Invariant.Holds(request.Term == state.Term, "A vote request is looked at in its own term.");

        // The term may be newer than that of the leader that was heard last: with leases it is defended all the same.
        var defends = timer.IsLeaderFresh && !request.IsTransfer;
        var free = state.VotedFor == from || (state.VotedFor == NodeId.None && state.Leader == NodeId.None && !defends);
        var granted = free && state.Log.IsUpToDate(request.LastIndex, request.LastTerm);
        if (granted)
        {
            state.SaveTermAndVote(state.Term, from);
            timer.Restart();
        }

        state.Send(from, new VoteResponse(state.Effects.LastLsn, state.Term, granted));
    }
}
