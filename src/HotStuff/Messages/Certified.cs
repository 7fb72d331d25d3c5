using Consensus.Engine;
using Consensus.HotStuff.Chain;

namespace Consensus.HotStuff.Messages;

/// <summary>A certificate without a proposal: nothing is left to be proposed, and the others are to know what is certified.</summary>
/// <param name="Certificate">The certificate.</param>
internal sealed record Certified(NodeCertificate Certificate) : ProtocolMessage;
