using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>The sender has applied everything up to a place, and has it on disk.</summary>
/// <param name="AfterLsn">The last record that this rests on.</param>
/// <param name="Epoch">The epoch.</param>
/// <param name="Content">The place and the state.</param>
/// <param name="Signature">The sender's signature.</param>
internal sealed record FloorVote(Lsn AfterLsn, EpochTag Epoch, FloorContent Content, Signature Signature) : PromiseMessage(AfterLsn), IFloorMessage;
