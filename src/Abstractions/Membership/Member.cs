namespace Consensus;

/// <summary>A member of a group.</summary>
/// <param name="Id">Its number, given once and never given to another replica.</param>
/// <param name="Address">Where the transport reaches it, for example <c>host:port</c>.</param>
/// <param name="Role">Its part in decisions.</param>
public sealed record Member(NodeId Id, string Address, MemberRole Role = MemberRole.Voter);
