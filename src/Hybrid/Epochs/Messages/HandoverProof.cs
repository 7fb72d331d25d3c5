using System.Collections.Immutable;
using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>What begins the epochs that the receiver does not know, in their order.</summary>
/// <param name="Certificates">One for each.</param>
internal sealed record HandoverProof(ImmutableArray<HandoverCertificate> Certificates) : ProtocolMessage;
