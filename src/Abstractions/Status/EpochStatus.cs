namespace Consensus;

/// <summary>What runs at the moment on a replica whose engines follow each other.</summary>
/// <param name="Cluster">The group that the epoch is of.</param>
/// <param name="Id">What the epoch is made of, as a hash: its protocol, its members with their keys, where it begins, and what was before. An order to end it names it.</param>
/// <param name="Protocol">The name of the engine that orders the commands, for example <c>pbft</c>.</param>
public sealed record EpochStatus(ClusterId Cluster, Digest Id, string Protocol);
