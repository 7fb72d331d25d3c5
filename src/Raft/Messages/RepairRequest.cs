using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>A replica whose state is wrong asks its leader for a snapshot at <paramref name="AtLeast"/> or later.</summary>
internal sealed record RepairRequest(Term Term, LogIndex AtLeast) : ProtocolMessage, IRaftMessage;
