using System.Collections.Immutable;

namespace Consensus;

/// <summary>What runs at the moment on a replica whose engines follow each other.</summary>
/// <param name="Cluster">The group that the epoch is of.</param>
/// <param name="Id">What the epoch is made of, as a hash: its protocol, its members with their keys, its settings, where it begins, and what was before. An order to end it names it.</param>
/// <param name="Protocol">The name of the engine that orders the commands, for example <c>pbft</c>.</param>
public sealed record EpochStatus(ClusterId Cluster, Digest Id, string Protocol)
{
    /// <summary>What each member's signatures are checked with in the epoch: 64 hexadecimal digits. An order that changes the members lists all of them with their keys.</summary>
    public IReadOnlyDictionary<NodeId, string> MemberKeys { get; init; } = ImmutableSortedDictionary<NodeId, string>.Empty;

    /// <summary>What operators have ordered for the engines of all members, by name, as an order would name it; what is not here is each member's own configuration.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>When the engine changes without an operator, and to which, by name.</summary>
    public IReadOnlyDictionary<string, string> Rules { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The keys of those whose word ends the epoch: 64 hexadecimal digits each. An order that changes them lists all of them.</summary>
    public IReadOnlyList<string> OperatorKeys { get; init; } = [];

    /// <summary>Whether two are the same: what is hashed into <see cref="Id"/>, the keys among it, is not compared once more.</summary>
    public bool Equals(EpochStatus? other) => other is not null && Cluster == other.Cluster && Id == other.Id && Protocol == other.Protocol;

    /// <inheritdoc/>
    public override int GetHashCode() => Id.GetHashCode();
}
