namespace Consensus.Cli.Proofs;

/// <summary>Whether a file proves that a command is committed, as scripts read it. Nothing but <c>valid</c> is more than a claim if that is false.</summary>
/// <param name="Valid">Whether it does.</param>
/// <param name="Reason">Why not: the name of a defect; null if it does.</param>
/// <param name="Detail">The same in a sentence.</param>
/// <param name="Cluster">The cluster; null if the file has no proof in it, as are all that follow.</param>
/// <param name="Epoch">The epoch.</param>
/// <param name="Block">The number of the block.</param>
/// <param name="Place">Which command of its batch, from 0.</param>
/// <param name="Batch">Which batch of the block, from 0.</param>
/// <param name="Origin">The member whose callers have sent the command.</param>
/// <param name="Index">The entry, as the node says that gave the proof; nobody has signed it.</param>
/// <param name="Client">The session of the command.</param>
/// <param name="Sequence">Its number in the session.</param>
/// <param name="Command">The digest of the command, without its envelope, as signed replies have it.</param>
internal sealed record ProofCheckResult(
    bool Valid,
    string? Reason,
    string Detail,
    string? Cluster = null,
    ulong? Epoch = null,
    ulong? Block = null,
    int? Place = null,
    int? Batch = null,
    uint? Origin = null,
    ulong? Index = null,
    ulong? Client = null,
    ulong? Sequence = null,
    string? Command = null);
