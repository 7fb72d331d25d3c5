using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Replication.Sessions;

/// <summary>Decides whether a command may use its session: the same on every replica, since all libraries give one verdict (<see cref="Ed25519"/>).</summary>
/// <remarks>
/// Immutable, and safe to use from any number of threads if the verifier is. Nothing is remembered: a replica checks each command once, when it applies it, and a copy of it again.
/// </remarks>
/// <param name="cluster">The cluster, which each signature names.</param>
/// <param name="verifier">What does the arithmetic. Used for signed commands only.</param>
public sealed class ClientSignatures(ClusterId cluster, ISignatureVerifier verifier)
{
    /// <summary>Whether a command may use a session.</summary>
    /// <param name="key">The key that the session was opened with; none: no signature is needed, and none is accepted.</param>
    /// <param name="envelope">The command.</param>
    /// <remarks>
    /// A signed command in a session without a key is not allowed either: its owner believes the session to be his, and a replica has given him that of somebody else.
    /// </remarks>
    internal bool Allow(in PublicKey key, in CommandEnvelope envelope)
    {
        var isSigned = envelope.Kind == CommandKind.SignedCommand;
        if (key.IsNone || !isSigned)
        {
            return key.IsNone && !isSigned;
        }

        var statement = RequestStatement.Of(cluster, envelope.Request, envelope.AcknowledgedBelow, Blake3.Hash(envelope.Body));
        return statement.Verify(verifier, key, envelope.Signature);
    }
}
