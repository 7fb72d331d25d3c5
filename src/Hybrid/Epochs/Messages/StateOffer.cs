using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>The snapshot that the sender has of the beginning of an epoch, or the end of the one before.</summary>
/// <param name="Snapshot">What it covers. Not believed yet.</param>
internal sealed record StateOffer(SnapshotDescriptor Snapshot) : ProtocolMessage;
