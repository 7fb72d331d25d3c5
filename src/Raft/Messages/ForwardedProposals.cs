using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>Commands that a follower's callers propose, on their way to the leader.</summary>
internal sealed record ForwardedProposals(Term Term, Timestamp Time, ReadOnlyMemory<Proposal> Proposals) : ProtocolMessage, IRaftMessage;
