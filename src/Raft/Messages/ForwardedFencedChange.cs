using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>
/// A membership change that is refused if the membership has changed since the version it expects. A kind of its own: a leader of a version that does
/// not know it refuses the message, where it would pass over a field and carry the change out.
/// </summary>
internal sealed record ForwardedFencedChange(Term Term, Ticket Ticket, MembershipChange Change, Timestamp Time) : ProtocolMessage, IRaftMessage, IForwardedChange;
