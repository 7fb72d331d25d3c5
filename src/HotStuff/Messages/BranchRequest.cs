using Consensus.Byzantine;
using Consensus.Engine;
using Consensus.HotStuff.Chain;

namespace Consensus.HotStuff.Messages;

/// <summary>Asks for a certified node, and for those before it.</summary>
/// <param name="Wanted">The certificate of the node.</param>
/// <param name="After">The height from which on the sender lacks them, as far as it knows.</param>
internal sealed record BranchRequest(NodeCertificate Wanted, SequenceNumber After) : ProtocolMessage, IDemand;
