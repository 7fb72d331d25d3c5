using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>Vote for me in <paramref name="Term"/> (section 5.2). The candidate's own vote is on disk first.</summary>
/// <param name="IsTransfer">The leader has asked for this election: followers do not defend it (thesis, section 3.10).</param>
internal sealed record VoteRequest(Lsn AfterLsn, Term Term, LogIndex LastIndex, Term LastTerm, bool IsTransfer) : PromiseMessage(AfterLsn), IRaftMessage;
