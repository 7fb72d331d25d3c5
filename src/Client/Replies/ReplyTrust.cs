using Consensus.Cryptography;

namespace Consensus.Client;

/// <summary>Whose signatures replies need, for a client that believes no single node. Immutable; safe to use from any number of threads.</summary>
public sealed class ReplyTrust
{
    /// <summary>Says who the members are. All of it must come from somebody who is trusted, and not from a node.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="members">The members and their public keys; at least 4, so that one may lie.</param>
    /// <param name="epoch">The epoch; that of a group whose members have not changed, if nothing is said.</param>
    /// <param name="signatures">What does the arithmetic; the machine's Ed25519 library, if nothing is said.</param>
    /// <exception cref="ArgumentException">There are fewer than 4 members.</exception>
    /// <exception cref="ConsensusException">The machine has no library for Ed25519.</exception>
    public ReplyTrust(ClusterId cluster, SignerSet members, Epoch epoch = default, ISignatureVerifier? signatures = null)
    {
        ArgumentNullException.ThrowIfNull(members);
        if (members.FaultsMax < 1)
        {
            throw new ArgumentException($"There are {members.Count} members; allowed: 4 and more, of which one may lie.", nameof(members));
        }

        Domain = SigningDomain.Of(cluster, epoch, members);
        Members = members;
        Signatures = signatures ?? Ed25519.Load();
    }

    /// <summary>The cluster and the epoch.</summary>
    public SigningDomain Domain { get; }

    /// <summary>The members and their keys.</summary>
    public SignerSet Members { get; }

    internal ISignatureVerifier Signatures { get; }
}
