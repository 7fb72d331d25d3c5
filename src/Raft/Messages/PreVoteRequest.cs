using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>Would you vote for me in <paramref name="Term"/>? (Ongaro, thesis, section 9.6.)</summary>
internal sealed record PreVoteRequest(Term Term, LogIndex LastIndex, Term LastTerm) : ProtocolMessage, IRaftMessage;
