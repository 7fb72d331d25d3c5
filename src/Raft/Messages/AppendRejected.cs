using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>
/// The receiver lacks the entry before, or cannot take entries. The hint is the last entry of its log that may be the same: it skips a
/// whole term of conflicts at once.
/// </summary>
/// <param name="Rejected">The index before the entries that were sent.</param>
/// <param name="HintIndex">Where the sender should look next.</param>
/// <param name="HintTerm">The term of that entry at the receiver.</param>
/// <param name="IsFull">The entry before is there, but the disk is full.</param>
internal sealed record AppendRejected(Lsn AfterLsn, Term Term, LogIndex Rejected, LogIndex HintIndex, Term HintTerm, bool IsFull) : PromiseMessage(AfterLsn), IRaftMessage;
