using System.Collections.Immutable;

namespace Consensus.Cryptography;

/// <summary>A command and its place in a block, so that the digest of the block can be computed from it. Of everything else in the block there are digests only.</summary>
/// <param name="Payload">The command as it lies in the log, in its envelope.</param>
/// <param name="Place">Which one of its batch it is, from 0.</param>
/// <param name="Commands">The digests of the commands of its batch.</param>
/// <param name="Origin">Who submitted the batch.</param>
/// <param name="BatchNumber">The batch's number among those of its origin.</param>
/// <param name="BatchPlace">Which batch of the block it is, from 0.</param>
/// <param name="Batches">The digests of the block's batches.</param>
/// <param name="Time">The proposer's clock.</param>
public sealed record ProvenCommand(
    ReadOnlyMemory<byte> Payload,
    int Place,
    ImmutableArray<Digest> Commands,
    NodeId Origin,
    ulong BatchNumber,
    int BatchPlace,
    ImmutableArray<Digest> Batches,
    Timestamp Time)
{
    /// <summary>The digest of a block that has the command at that place.</summary>
    /// <returns>The digest; none if the places do not exist, or the digests there are of something else.</returns>
    public Digest? ComputeBlockDigest() =>
        Place >= 0 && Place < Commands.Length && Commands[Place] == Blake3.Hash(Payload.Span)
        && BatchPlace >= 0 && BatchPlace < Batches.Length && Batches[BatchPlace] == ContentDigests.OfBatch(Origin, BatchNumber, Commands.AsSpan())
            ? ContentDigests.OfBlock(Time, Batches.AsSpan())
            : null;
}
