using Consensus.Engine;
using Consensus.Raft.Messages;
using Consensus.Raft.Quorum;

namespace Consensus.Raft.Election;

/// <summary>
/// One attempt to become leader: a pre-vote that disturbs nobody, then the vote (section 5.2; thesis, section 9.6).
/// </summary>
internal sealed class Candidacy(RaftState state)
{
    private readonly Dictionary<NodeId, bool> _answers = [];
    private Lsn _ownVote;

    /// <summary>Asks whether an election could be won.</summary>
    public void BeginPreVote()
    {
        state.Role = ReplicaRole.PreCandidate;
        state.Leader = NodeId.None;
        _answers.Clear();
        _answers[state.Self] = true;
        var request = new PreVoteRequest(state.Term.Next, state.Log.LastIndex, state.Log.LastTerm);
        Broadcast(request);
    }

    /// <summary>Enters a new term, votes for itself and asks for votes.</summary>
    public void BeginVote(bool isTransfer)
    {
        state.SaveTermAndVote(state.Term.Next, state.Self);
        state.Role = ReplicaRole.Candidate;
        state.Leader = NodeId.None;
        _answers.Clear();

        // The own vote counts when it is on disk, like anybody else's.
        _ownVote = state.Effects.LastLsn;
        Broadcast(new VoteRequest(_ownVote, state.Term, state.Log.LastIndex, state.Log.LastTerm, isTransfer));
    }

    public void OnDurable(Lsn lsn)
    {
        if (state.Role == ReplicaRole.Candidate && lsn >= _ownVote)
        {
            _answers[state.Self] = true;
        }
    }

    public void OnAnswer(NodeId from, bool granted) => _answers.TryAdd(from, granted);

    public VoteOutcome Outcome() => state.Quorum.Tally(id => _answers.TryGetValue(id, out var granted) ? granted : null);

    private void Broadcast(ProtocolMessage request)
    {
        foreach (var member in state.Membership.Members)
        {
            if (member.Id != state.Self && state.Quorum.Contains(member.Id))
            {
                state.Send(member.Id, request);
            }
        }
    }
}
