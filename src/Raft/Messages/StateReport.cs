using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>A replica's state hash after an entry, for its leader to compare.</summary>
internal sealed record StateReport(Term Term, LogIndex Index, Digest Hash) : ProtocolMessage, IRaftMessage;
