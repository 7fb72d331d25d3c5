using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>The entry that the barrier waits for.</summary>
internal sealed record ReadIndexResponse(Term Term, Ticket Ticket, LogIndex Index) : ProtocolMessage, IRaftMessage;
