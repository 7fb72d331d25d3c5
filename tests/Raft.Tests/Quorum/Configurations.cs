using System.Collections.Immutable;

namespace Consensus.Raft.Tests.Quorum;

/// <summary>
/// Configurations of few nodes as bit sets (node 1 is bit 0), and the definition of a quorum that the shipped arithmetic is compared with: more
/// than half of the incoming voters and, during a change, more than half of the outgoing ones.
/// </summary>
internal static class Configurations
{
    public static ClusterMembership Of(int incoming, int outgoing) =>
        new([.. Nodes(incoming).Select(id => new Member(id, $"n{id}"))], [.. Nodes(outgoing)]);

    public static ImmutableArray<NodeId> Nodes(int set) =>
        [.. Enumerable.Range(0, 31).Where(bit => (set & (1 << bit)) != 0).Select(bit => new NodeId((uint)bit + 1))];

    public static bool Has(int set, NodeId id) => (set & (1 << ((int)id.Value - 1))) != 0;

    public static bool IsQuorum(int incoming, int outgoing, int nodes) => IsMajority(incoming, nodes) && (outgoing == 0 || IsMajority(outgoing, nodes));

    public static int[] Quorums(int incoming, int outgoing, int nodesMax) =>
        [.. Enumerable.Range(0, 1 << nodesMax).Where(nodes => IsQuorum(incoming, outgoing, nodes))];

    private static bool IsMajority(int voters, int nodes) => int.PopCount(voters & nodes) * 2 > int.PopCount(voters);
}
