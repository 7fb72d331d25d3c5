using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>The sender has the certificate of a floor on disk. Whoever has a higher one sends it; whoever counts more says what it has.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Held">The floor; 0, if the sender has none.</param>
/// <param name="Counted">Up to where the sender knows that so many have one that it counts.</param>
internal sealed record FloorHeld(EpochTag Epoch, LogIndex Held, LogIndex Counted) : ProtocolMessage, IFloorMessage;
