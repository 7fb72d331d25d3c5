using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>Which snapshot a replica has taken after a block.</summary>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Signature">The sender's signature.</param>
/// <param name="NeedsAnswer">Whether the sender has no certificate for it yet, and wants the receiver's statement about the same block.</param>
internal sealed record SnapshotVote(SnapshotDescriptor Snapshot, Signature Signature, bool NeedsAnswer) : ProtocolMessage, IDemand;
