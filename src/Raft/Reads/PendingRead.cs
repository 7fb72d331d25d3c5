using Consensus.Engine;

namespace Consensus.Raft.Reads;

/// <summary>A read barrier that waits at the leader.</summary>
/// <param name="From">Whose callers wait: the leader's own, or a follower's.</param>
/// <param name="Ticket">The barrier at that replica.</param>
/// <param name="Round">The round of heartbeats that confirms it: one that began after it was asked for; zero before a round is chosen.</param>
internal readonly record struct PendingRead(NodeId From, Ticket Ticket, ulong Round);
