namespace Consensus.Engine;

/// <summary>The saving of a snapshot has ended.</summary>
/// <param name="Saved">What was saved; nothing, if there was no space for it.</param>
internal readonly record struct SnapshotEnd(SnapshotDescriptor? Saved);
