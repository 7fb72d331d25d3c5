using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>A membership change that a follower's caller asks for, whatever the membership is by then.</summary>
internal sealed record ForwardedChange(Term Term, Ticket Ticket, MembershipChange Change, Timestamp Time) : ProtocolMessage, IRaftMessage, IForwardedChange
{
    /// <summary>The message for a change, fenced or not.</summary>
    public static ProtocolMessage Of(Term term, Ticket ticket, MembershipChange change, Timestamp time) => change.ExpectedVersion is null
        ? new ForwardedChange(term, ticket, change, time)
        : new ForwardedFencedChange(term, ticket, change, time);
}
