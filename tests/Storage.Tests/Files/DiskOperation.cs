namespace Consensus.Storage.Tests.Files;

/// <summary>What was done to a <see cref="CrashDisk"/>.</summary>
internal abstract record DiskOperation;

/// <summary>A change of a folder's list of names.</summary>
internal abstract record NameOperation : DiskOperation;

internal sealed record FileCreated(string Path, int File) : NameOperation;

internal sealed record FileRenamed(string From, string To) : NameOperation;

internal sealed record FileDeleted(string Path) : NameOperation;

internal sealed record FolderFlushed : DiskOperation;

/// <summary>A change of a file's bytes or length.</summary>
internal abstract record ContentOperation(int File) : DiskOperation;

internal sealed record Written(int File, long Offset, byte[] Data) : ContentOperation(File);

internal sealed record LengthSet(int File, long Length, bool OnlyGrows) : ContentOperation(File);

internal sealed record FileFlushed(int File) : DiskOperation;
