using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>The sender has ended an epoch of Raft, and makes no promise there any more.</summary>
/// <param name="AfterLsn">The record that it did.</param>
/// <param name="Epoch">The epoch.</param>
/// <param name="Cause">Why; none, if it has only seen that so many others have that one of them does not lie. Whoever sees the cause may end the epoch too.</param>
internal sealed record EndNotice(Lsn AfterLsn, EpochTag Epoch, EndCause? Cause) : PromiseMessage(AfterLsn);
