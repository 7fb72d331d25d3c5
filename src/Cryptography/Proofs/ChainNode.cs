using System.Collections.Immutable;

namespace Consensus.Cryptography;

/// <summary>A node of a chain of blocks as its hash covers it (HotStuff): everything but the signatures of its parent's certificate.</summary>
/// <param name="View">The view that it was proposed in.</param>
/// <param name="Height">Also the number of its block.</param>
/// <param name="ParentView">The view of its parent.</param>
/// <param name="Parent">The hash of its parent.</param>
/// <param name="Block">The digest of its block.</param>
/// <param name="Failed">Which leaders are on record as having failed lately, in the order of the terms.</param>
public readonly record struct ChainNode(
    ViewNumber View, SequenceNumber Height, ViewNumber ParentView, Digest Parent, Digest Block, ImmutableArray<FailedLeader> Failed);
