using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>What a replica's state is after a block.</summary>
/// <param name="Content">The state.</param>
/// <param name="Signature">The sender's signature.</param>
internal sealed record CheckpointVote(CheckpointContent Content, Signature Signature) : ProtocolMessage;
