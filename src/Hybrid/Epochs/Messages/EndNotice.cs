using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>The sender has ended an epoch of Raft, and makes no promise there any more.</summary>
/// <param name="AfterLsn">The record that it did.</param>
/// <param name="Epoch">The epoch.</param>
/// <param name="Order">The operator's order that ended it; none, if that was not the reason. Whoever sees it may end the epoch too: it does not take f + 1 members to believe an operator.</param>
internal sealed record EndNotice(Lsn AfterLsn, EpochTag Epoch, SealOrder? Order) : PromiseMessage(AfterLsn);
