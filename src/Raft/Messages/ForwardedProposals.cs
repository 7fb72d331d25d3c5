using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>Commands of a follower's callers, on their way to the leader.</summary>
/// <param name="Term">The sender's term.</param>
/// <param name="Run">Tells this run of the sender from earlier ones.</param>
/// <param name="Number">Larger than in every message that this run has sent before: a leader takes each message once.</param>
/// <param name="Time">The sender's wall clock.</param>
/// <param name="Proposals">The commands.</param>
internal sealed record ForwardedProposals(Term Term, ulong Run, ulong Number, Timestamp Time, ReadOnlyMemory<Proposal> Proposals)
    : ProtocolMessage, IRaftMessage;
