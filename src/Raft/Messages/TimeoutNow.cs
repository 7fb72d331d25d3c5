using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>Stand for election at once: the leader hands over (thesis, section 3.10).</summary>
internal sealed record TimeoutNow(Term Term) : ProtocolMessage, IRaftMessage;
