namespace Consensus.Cli.Evidence;

/// <summary>Whether a file proves that a node is faulty, as scripts read it. Nothing but <c>valid</c> is more than a claim if that is false.</summary>
/// <param name="Valid">Whether it does.</param>
/// <param name="Reason">Why not: the name of a defect; null if it does.</param>
/// <param name="Detail">The same in a sentence.</param>
/// <param name="Signer">Who is accused; null if the file has no evidence in it, as are all that follow.</param>
/// <param name="Kind">What both statements are about.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Epoch">The epoch.</param>
/// <param name="SeenAt">When it was found, which nobody has signed.</param>
internal sealed record EvidenceResult(
    bool Valid, string? Reason, string Detail, uint? Signer, string? Kind, string? Cluster, ulong? Epoch, DateTimeOffset? SeenAt);
