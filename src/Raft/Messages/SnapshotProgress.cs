using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>How much of a snapshot the receiver has stored: the next part begins there.</summary>
internal sealed record SnapshotProgress(Lsn AfterLsn, Term Term, LogIndex SnapshotIndex, long NextOffset) : PromiseMessage(AfterLsn), IRaftMessage;
