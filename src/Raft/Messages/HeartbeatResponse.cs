using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>The receiver of a heartbeat still follows its sender.</summary>
/// <param name="Space">How its disk is.</param>
internal sealed record HeartbeatResponse(Lsn AfterLsn, Term Term, ulong Round, DiskSpace Space) : PromiseMessage(AfterLsn), IRaftMessage;
