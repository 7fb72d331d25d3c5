using Consensus.Cryptography;

namespace Consensus.Gossip.Node;

/// <summary>Whose signatures a node of a swarm takes.</summary>
/// <param name="Swarm">For which swarm.</param>
/// <param name="Verifier">Checks them.</param>
/// <param name="KeyOf">With which key a member signs; <see langword="null"/> for a stranger.</param>
internal sealed record SwarmTrust(ClusterId Swarm, ISignatureVerifier Verifier, Func<NodeId, PublicKey?> KeyOf);
