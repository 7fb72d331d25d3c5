namespace Consensus.Cryptography;

/// <summary>A node of the chain.</summary>
internal sealed record NodeFile(ulong View, ulong Height, ulong ParentView, string Parent, string Block, IReadOnlyList<FailedFile> Failed);
