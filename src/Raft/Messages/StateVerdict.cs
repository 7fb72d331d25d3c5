using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>The state hash of the majority after an entry, for a replica that reported another.</summary>
internal sealed record StateVerdict(Term Term, LogIndex Index, Digest Hash) : ProtocolMessage, IRaftMessage;
