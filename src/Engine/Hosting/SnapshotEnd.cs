namespace Consensus.Engine;

/// <summary>The saving of a snapshot has ended.</summary>
/// <param name="Saved">What was saved; nothing, if there was no space for it.</param>
/// <param name="Unsaved">What was not saved: whoever gets this may try again, and disposes of it.</param>
internal readonly record struct SnapshotEnd(SnapshotDescriptor? Saved, IStateSnapshot? Unsaved = null);
