namespace Consensus.Cryptography;

/// <summary>Where a signature is valid: one epoch of one cluster. It is part of every signed byte string, so that nothing signed elsewhere can be replayed here.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Epoch">The number of the epoch.</param>
/// <param name="EpochId">
/// What the epoch is made of, as a hash: its members and keys at least (<see cref="SignerSet.Hash"/>). Two epochs with the same number, of
/// a cluster that was restored from a copy for example, differ here.
/// </param>
public readonly record struct SigningDomain(ClusterId Cluster, Epoch Epoch, Digest EpochId)
{
    /// <summary>The epoch that is made of its members and their keys, and of nothing else.</summary>
    public static SigningDomain Of(ClusterId cluster, Epoch epoch, SignerSet members) => new(cluster, epoch, members.Hash);
}
