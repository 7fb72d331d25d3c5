namespace Consensus.Storage.Snapshots;

/// <summary>A snapshot file that cannot be used.</summary>
/// <param name="Path">The file.</param>
/// <param name="Index">The last entry it covered, as its name says.</param>
/// <param name="Problem">What is wrong with it.</param>
public sealed record DamagedSnapshot(string Path, LogIndex Index, string Problem);
