using Consensus.Engine;
using Consensus.Raft.Messages;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;

namespace Consensus.Simulation.Checkers.Raft;

/// <summary>
/// Nothing that a replica sends contradicts what it has sent before, in any of its lives, or what is on its disk at that moment: one vote in
/// a term; only its own vote stands behind its candidacy; in a term one replica speaks as leader, and sends one entry for an index and term;
/// what is acknowledged is on disk, and so is the term in which it is, and it is what the leader has. Every message that leaves is looked at.
/// Source: thesis, sections 3.4 and 3.8; pitfalls R18 to R20, R35, and part 3 (the cheapest way to find amnesia and flush bugs).
/// </summary>
/// <remarks>
/// The naive form compares an acknowledgement with the log as it is when the message leaves, and gives false alarms: the driver holds
/// the message until the disk has it, and meanwhile the replica may have entered a later term and replaced what it acknowledged in the earlier one.
/// No harm is done: it gave its vote, or followed, after it had the entry. So an acknowledgement is compared while its term is the
/// replica's; later only with the record it waited for (<see cref="PromisesAreDurable"/>). A refused vote says nothing.
/// What is looked at is the message that the transport is about to encode, not its frame. That is the same: a codec keeps nothing between messages, so
/// equal messages have equal frames, and the codec's tests read back every kind as it was written, so unequal ones have not; nothing in a
/// frame, such as a signature, is made after this point.
/// </remarks>
internal sealed class HonestNeverEquivocates(Observatory observatory, VotesAreKept votes) : Checker
{
    private readonly Dictionary<(NodeId Node, ulong Term), NodeId> _votes = [];
    private readonly Dictionary<ulong, NodeId> _leaders = [];
    private readonly Dictionary<(ulong Index, ulong Term), (Digest Chain, NodeId Node)> _entries = [];
    private AppendRequest? _lastSeen;

    /// <inheritdoc/>
    public override string Name => "honest never equivocates";

    /// <inheritdoc/>
    public override void OnSending(SimulatedNode node, NodeId to, ProtocolMessage message)
    {
        switch (message)
        {
            case VoteRequest request:
                Vote(node.Id, request.Term, node.Id, message, to);
                break;
            case VoteResponse { Granted: true } answer:
                Vote(node.Id, answer.Term, to, message, to);
                break;
            case AppendRequest request:
                Lead(node.Id, request.Term, message, to);
                Entries(node.Id, to, request);
                break;
            case Heartbeat heartbeat:
                Lead(node.Id, heartbeat.Term, message, to);
                break;
            case SnapshotChunk chunk:
                Lead(node.Id, chunk.Term, message, to);
                break;
            case AppendAccepted answer:
                Acknowledge(node.Id, to, answer);
                break;
        }
    }

    private void Vote(NodeId node, Term term, NodeId candidate, ProtocolMessage message, NodeId to)
    {
        if (!_votes.TryAdd((node, term.Value), candidate) && _votes[(node, term.Value)] is var other && other != candidate)
        {
            Report($"node {node} votes for node {candidate} in term {term}, and has voted for node {other} in it before ({message} to node {to})");
        }
        else if (votes.Of(node).VoteIn(term) is var onDisk && onDisk != candidate)
        {
            var what = onDisk == NodeId.None ? "no vote" : $"a vote for node {onDisk}";
            Report($"node {node} tells node {to} that it votes for node {candidate} in term {term}, and has {what} in that term on disk");
        }
    }

    private void Lead(NodeId node, Term term, ProtocolMessage message, NodeId to)
    {
        if (!_leaders.TryAdd(term.Value, node) && _leaders[term.Value] is var other && other != node)
        {
            Report($"node {node} speaks as leader of term {term} ({message.GetType().Name} to node {to}), as node {other} has done before");
        }
    }

    private void Entries(NodeId node, NodeId to, AppendRequest request)
    {
        if (ReferenceEquals(request, _lastSeen))
        {
            // The same message to the next member.
            return;
        }

        _lastSeen = request;
        foreach (ref readonly var entry in request.Entries.Span)
        {
            var key = (entry.Index.Value, entry.Term.Value);
            if (!_entries.TryAdd(key, (entry.Chain, node)) && _entries[key] is var known && known.Chain != entry.Chain)
            {
                Report($"node {node} leads term {request.Term} and sends node {to} entry {entry.Index} of term {entry.Term} with chain {entry.Chain}; node {known.Node} has sent it with chain {known.Chain}");
                return;
            }
        }
    }

    private void Acknowledge(NodeId node, NodeId to, AppendAccepted answer)
    {
        if (observatory.StatusOf(node) is not { } status || status.TermOrView != answer.Term.Value)
        {
            return;
        }

        var log = observatory.LogOf(node);
        if (answer.Match > log.Last)
        {
            Report($"node {node} acknowledges entries up to {answer.Match} to node {to} in term {answer.Term}; on its disk are entries up to {log.Last}");
            return;
        }

        if (observatory.StatusOf(to) is { Role: ReplicaRole.Leader } leader && leader.TermOrView == answer.Term.Value
            && observatory.ViewOf(to).ChainAt(answer.Match) is { } theirs && log.ChainAt(answer.Match) is { } own && own != theirs)
        {
            Report($"node {node} acknowledges entries up to {answer.Match} to node {to} in term {answer.Term}; on its disk is chain {own} there, in the leader's log chain {theirs}");
        }
        else if (votes.Of(node).Last.Term < answer.Term)
        {
            Report($"node {node} acknowledges entries up to {answer.Match} to node {to} in term {answer.Term}; on its disk is term {votes.Of(node).Last.Term}");
        }
    }
}
