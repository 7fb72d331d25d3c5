using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>How a forwarded change or transfer ended.</summary>
internal sealed record ControlOutcome(Term Term, Ticket Ticket, ControlResult Result) : ProtocolMessage, IRaftMessage;
