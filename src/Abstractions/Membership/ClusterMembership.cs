using System.Collections.Immutable;

namespace Consensus;

/// <summary>Who belongs to a group.</summary>
/// <param name="Members">The members in the order of their numbers.</param>
/// <param name="Outgoing">During a change, the voters of the configuration that is being left; else empty.</param>
public sealed record ClusterMembership(ImmutableArray<Member> Members, ImmutableArray<NodeId> Outgoing)
{
    /// <summary>A group without members.</summary>
    public static ClusterMembership Empty { get; } = new([], []);

    /// <summary>Whether a change is under way: decisions need majorities of both configurations (joint consensus).</summary>
    public bool IsJoint => !Outgoing.IsEmpty;

    /// <summary>Finds a member by its number.</summary>
    /// <returns>The member, or <see langword="null"/>.</returns>
    public Member? Find(NodeId id)
    {
        foreach (var member in Members)
        {
            if (member.Id == id)
            {
                return member;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public bool Equals(ClusterMembership? other) =>
        other is not null && Members.SequenceEqual(other.Members) && Outgoing.SequenceEqual(other.Outgoing);

    /// <inheritdoc/>
    public override int GetHashCode() => (Members.Length * 31) + Outgoing.Length;
}
