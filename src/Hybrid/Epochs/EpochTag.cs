namespace Consensus.Hybrid;

/// <summary>To which epoch a message belongs.</summary>
/// <param name="Number">The epoch's number.</param>
/// <param name="Id">Its identity: epochs of the same number differ here.</param>
internal readonly record struct EpochTag(Epoch Number, Digest Id);
