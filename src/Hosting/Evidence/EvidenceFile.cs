namespace Consensus.Hosting;

/// <summary>Evidence as it stands in a file; what the texts hold has not been looked at.</summary>
internal sealed record EvidenceFile(
    string Format,
    DateTimeOffset SeenAt,
    string Cluster,
    ulong Epoch,
    string EpochId,
    uint Signer,
    string Kind,
    IReadOnlyList<EvidenceFileStatement> Statements);
