namespace Consensus.Hybrid;

/// <summary>The epochs of a group as they stand in a file; nothing of it has been looked at.</summary>
internal sealed record EpochHistoryFile(string Format, string Cluster, IReadOnlyList<EpochFile> Epochs);
