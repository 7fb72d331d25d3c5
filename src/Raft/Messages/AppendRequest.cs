using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>Entries that follow <paramref name="Previous"/> (section 5.3).</summary>
/// <param name="Previous">The entry before: the receiver must have the same one.</param>
/// <param name="Commit">The sender's commit index.</param>
/// <param name="Entries">The entries; may be empty.</param>
internal sealed record AppendRequest(Term Term, LogPosition Previous, LogIndex Commit, ReadOnlyMemory<LogEntry> Entries) : ProtocolMessage, IRaftMessage;
