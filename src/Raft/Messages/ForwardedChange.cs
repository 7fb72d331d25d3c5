using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>A membership change that a follower's caller asks for, on its way to the leader.</summary>
internal sealed record ForwardedChange(Term Term, Ticket Ticket, MembershipChange Change, Timestamp Time) : ProtocolMessage, IRaftMessage;
