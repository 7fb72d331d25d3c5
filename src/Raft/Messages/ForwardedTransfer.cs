using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>A transfer of leadership that a follower's caller asks for, on its way to the leader.</summary>
internal sealed record ForwardedTransfer(Term Term, Ticket Ticket, NodeId Target) : ProtocolMessage, IRaftMessage;
