using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>The answer to a vote request. The vote is on disk first.</summary>
internal sealed record VoteResponse(Lsn AfterLsn, Term Term, bool Granted) : PromiseMessage(AfterLsn), IRaftMessage;
