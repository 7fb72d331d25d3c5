using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>The sender has ended an epoch of Raft, and makes no promise there any more.</summary>
/// <param name="AfterLsn">The record that it did.</param>
/// <param name="Epoch">The epoch.</param>
internal sealed record EndNotice(Lsn AfterLsn, EpochTag Epoch) : PromiseMessage(AfterLsn);
