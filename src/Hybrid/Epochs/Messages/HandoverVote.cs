using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>The sender has ended an epoch.</summary>
/// <param name="AfterLsn">The record that it did.</param>
/// <param name="Ends">The epoch.</param>
/// <param name="Content">What it says.</param>
/// <param name="Signature">Its signature.</param>
internal sealed record HandoverVote(Lsn AfterLsn, EpochTag Ends, HandoverContent Content, Signature Signature) : PromiseMessage(AfterLsn);
