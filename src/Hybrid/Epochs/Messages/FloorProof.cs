using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>The certificate of a floor, for who has none as high.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Certificate">The certificate; none, if the epoch is not known here.</param>
internal sealed record FloorProof(EpochTag Epoch, FloorCertificate? Certificate) : ProtocolMessage, IFloorMessage;
