using Consensus.Engine;

namespace Consensus.HotStuff.Messages;

/// <summary>Why a term has begun, for those who wait in an earlier one.</summary>
/// <param name="Timeouts">The time-outs.</param>
internal sealed record TermStart(TimeoutCertificate Timeouts) : ProtocolMessage;
