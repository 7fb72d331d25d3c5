using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>The receiver has, on disk, the sender's log up to <paramref name="Match"/>.</summary>
internal sealed record AppendAccepted(Lsn AfterLsn, Term Term, LogIndex Match) : PromiseMessage(AfterLsn), IRaftMessage;
