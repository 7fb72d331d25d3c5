using Consensus.Client.Replies;
using Consensus.Cryptography;

namespace Consensus.Client;

/// <summary>Whose signatures replies need, for a client that believes no single node. Safe to use from any number of threads.</summary>
public sealed class ReplyTrust
{
    /// <summary>Says who the members are of a group with one engine. All of it must come from somebody who is trusted, and not from a node.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="members">The members and their public keys; at least 4, so that one may lie.</param>
    /// <param name="epoch">The epoch; that of a group whose members have not changed, if nothing is said.</param>
    /// <param name="signatures">What does the arithmetic; the machine's Ed25519 library, if nothing is said.</param>
    /// <exception cref="ArgumentException">There are fewer than 4 members.</exception>
    /// <exception cref="ConsensusException">The machine has no library for Ed25519.</exception>
    public ReplyTrust(ClusterId cluster, SignerSet members, Epoch epoch = default, ISignatureVerifier? signatures = null)
        : this(new OneEpoch(SigningDomain.Of(cluster, epoch, Enough(members, nameof(members))), members), signatures)
    {
    }

    /// <summary>Says who the members are of a group whose engine and members change: of its first epoch, and of each later one what is proven. The client asks nodes for that proof when it needs it.</summary>
    /// <param name="epochs">The epochs, for a hybrid <c>Consensus.Hybrid.TrustedHistory</c>; the client adds to them.</param>
    /// <param name="signatures">What does the arithmetic; the machine's Ed25519 library, if nothing is said.</param>
    /// <exception cref="ArgumentException">There are fewer than 4 members.</exception>
    /// <exception cref="ConsensusException">The machine has no library for Ed25519.</exception>
    public ReplyTrust(ITrustedEpochs epochs, ISignatureVerifier? signatures = null)
    {
        ArgumentNullException.ThrowIfNull(epochs);
        _ = Enough(epochs.Newest.Members, nameof(epochs));
        Epochs = epochs;
        Signatures = signatures ?? Ed25519.Load();
    }

    /// <summary>Who the members are, now and after each change.</summary>
    public ITrustedEpochs Epochs { get; }

    internal ISignatureVerifier Signatures { get; }

    private static SignerSet Enough(SignerSet members, string parameter)
    {
        ArgumentNullException.ThrowIfNull(members, parameter);
        return members.FaultsMax >= 1 ? members : throw new ArgumentException($"There are {members.Count} members; allowed: 4 and more, of which one may lie.", parameter);
    }
}
