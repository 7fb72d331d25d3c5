using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>The leader did not accept forwarded commands or a forwarded request.</summary>
internal sealed record ForwardRefused(Term Term, RefusalReason Reason, ReadOnlyMemory<Ticket> Tickets) : ProtocolMessage, IRaftMessage;
