using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>The leader lives.</summary>
/// <param name="Commit">The commit index, at most what the receiver is known to have.</param>
/// <param name="Round">Numbers the rounds of a term, so that an answer confirms this round and no later one.</param>
internal sealed record Heartbeat(Term Term, LogIndex Commit, ulong Round) : ProtocolMessage, IRaftMessage;
