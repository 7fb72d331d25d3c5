using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>The receiver of a heartbeat still follows its sender.</summary>
internal sealed record HeartbeatResponse(Lsn AfterLsn, Term Term, ulong Round) : PromiseMessage(AfterLsn), IRaftMessage;
