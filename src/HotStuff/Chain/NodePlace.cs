namespace Consensus.HotStuff.Chain;

/// <summary>Names a node, and says where it lies.</summary>
/// <param name="View">Its view.</param>
/// <param name="Height">Its distance from the first node.</param>
/// <param name="Hash">Its hash.</param>
internal readonly record struct NodePlace(ViewNumber View, SequenceNumber Height, Digest Hash);
