using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Replication.Sessions;

/// <summary>Decides whether a command may use its session: the same on every replica, since all libraries give one verdict (<see cref="Ed25519"/>).</summary>
/// <remarks>
/// <para>
/// Signatures that were found valid are remembered (<see cref="VerifiedSignatures"/>), so that a copy of a command costs no second check: callers repeat what takes long, and replicas submit again what their callers wait for, so
/// without that the busier a group is the more it would have to do for each command. Whether one is remembered changes no verdict: only the very same key, request, command and signature are found, and of those the verdict is a
/// pure function.
/// </para>
/// <para>Safe to use from any number of threads if the verifier is. No verdict allocates, beyond what the verifier does.</para>
/// </remarks>
/// <param name="cluster">The cluster, which each signature names.</param>
/// <param name="verifier">What does the arithmetic. Used for signed commands only.</param>
/// <param name="rememberedMax">
/// How many valid signatures are remembered, at 32 bytes each. 65,536: as many commands as a node's callers may be waiting for (<see cref="ReplicaOptions.QueuedOperationsMax"/>).
/// </param>
public sealed class ClientSignatures(ClusterId cluster, ISignatureVerifier verifier, int rememberedMax = 65_536)
{
    private readonly VerifiedSignatures _valid = new(rememberedMax);

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
        var (digest, signature) = (statement.ComputeDigest(), envelope.Signature);
        if (_valid.Contains(key, digest, signature))
        {
            return true;
        }

        if (!statement.Verify(verifier, key, signature))
        {
            return false;
        }

        _valid.Add(key, digest, signature);
        return true;
    }
}
