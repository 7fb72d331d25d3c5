using Consensus.Engine;
using Consensus.Hybrid.Threat;

namespace Consensus.Hybrid.Messages;

/// <summary>What the sender has seen another member do.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Report">What it says, signed by the sender itself.</param>
internal sealed record ThreatNotice(EpochTag Epoch, SignedThreatReport Report) : ProtocolMessage, IControlMessage;
