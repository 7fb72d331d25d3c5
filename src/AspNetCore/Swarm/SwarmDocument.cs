using Consensus.Gossip;
using Consensus.Swarm;

namespace Consensus.AspNetCore.Swarm;

/// <summary>The answer to <c>GET /api/gossip/members</c>.</summary>
/// <param name="Node">This node.</param>
/// <param name="Side">In which part of the swarm it is: <c>majority</c> or <c>minority</c>.</param>
/// <param name="Live">How many members live, as far as it knows.</param>
/// <param name="Members">All that it knows of.</param>
internal sealed record SwarmDocument(uint Node, string Side, int Live, IReadOnlyList<SwarmMemberDocument> Members)
{
    /// <summary>What a node knows.</summary>
    public static SwarmDocument Of(SwarmNode node) => new(
        node.Id.Value,
        node.Side == SwarmSide.Majority ? "majority" : "minority",
        node.LiveCount,
        [.. node.Members.Select(member => new SwarmMemberDocument(member.Id.Value, member.Address, StateOf(member.State)))]);

    private static string StateOf(SwarmMemberState state) => state switch
    {
        SwarmMemberState.Alive => "alive",
        SwarmMemberState.Suspect => "suspect",
        SwarmMemberState.Dead => "dead",
        SwarmMemberState.Left => "left",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "There is no such state."),
    };
}
