namespace Consensus.Storage.Log;

/// <summary>A batch whose write a crash has interrupted. Nobody was told that it is durable; it was cut off.</summary>
/// <param name="Path">The file.</param>
/// <param name="Offset">Where the batch began.</param>
/// <param name="Length">How many bytes of it were there, up to the last that is not zero.</param>
/// <param name="Finding">What was wrong with it.</param>
public sealed record TornTail(string Path, long Offset, long Length, string Finding);
