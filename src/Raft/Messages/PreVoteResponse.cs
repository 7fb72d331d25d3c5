using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>The answer to a pre-vote: promises nothing. <paramref name="Term"/> is the asked term if granted, else the own one.</summary>
internal sealed record PreVoteResponse(Term Term, bool Granted) : ProtocolMessage, IRaftMessage;
