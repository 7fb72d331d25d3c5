using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>A follower's callers wait for a read barrier (thesis, section 6.4).</summary>
internal sealed record ReadIndexRequest(Term Term, Ticket Ticket) : ProtocolMessage, IRaftMessage;
