using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>Whether the sender agrees to an order that leads back to Raft.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Order">The order.</param>
/// <param name="Consent">The sender's signature, if it agrees.</param>
/// <param name="Obstacle">Why it does not; empty, if it does.</param>
internal sealed record ReturnAnswer(EpochTag Epoch, SealOrder Order, Signature Consent, string Obstacle) : ProtocolMessage, IControlMessage
{
    /// <summary>How long an obstacle may be, in characters.</summary>
    public const int ObstacleMax = 1024;
}
