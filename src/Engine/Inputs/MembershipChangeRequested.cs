namespace Consensus.Engine;

/// <summary>A local caller asks for a change of membership.</summary>
/// <param name="Ticket">Names the request in the effects that answer it.</param>
/// <param name="Change">The change.</param>
/// <param name="Time">The wall clock.</param>
public sealed record MembershipChangeRequested(Ticket Ticket, MembershipChange Change, Timestamp Time) : Input;
