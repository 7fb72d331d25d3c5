using Consensus.Engine;

namespace Consensus.Raft.Membership;

/// <summary>A change that was asked for before its leader had committed an entry of its term.</summary>
internal readonly record struct EarlyChange(NodeId From, Ticket Ticket, MembershipChange Change, Timestamp Time);
