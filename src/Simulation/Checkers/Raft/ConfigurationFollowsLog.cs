using Consensus.Engine;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers.Raft;

/// <summary>
/// A replica goes by the last configuration in its log, committed or not: from the turn in which it is appended until the one in which it is
/// truncated, and after a restart too. Source: Ongaro and Ousterhout (2014), section 6; pitfalls R7, R36.
/// </summary>
/// <remarks>
/// The naive form compares with the last <em>committed</em> configuration, and gives false alarms in every change. Both sides of the comparison
/// are those of the end of a turn: within one, a truncation and what replaces it come one after the other.
/// </remarks>
internal sealed class ConfigurationFollowsLog : Checker
{
    private readonly Dictionary<NodeId, ConfigurationLog> _logs = [];
    private readonly Dictionary<NodeId, ClusterMembership> _seen = [];

    /// <inheritdoc/>
    public override string Name => "configuration follows log";

    /// <inheritdoc/>
    public override void OnStarted(SimulatedNode node, RecoveredState recovered)
    {
        _seen.Remove(node.Id);
        (_logs[node.Id] = new ConfigurationLog()).Start(recovered);
    }

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        var log = _logs[node.Id];
        for (var i = 0; i < effects.Records.Count; i++)
        {
            log.Take(effects.Records[i], effects.Install);
        }

        if (ReferenceEquals(_seen.GetValueOrDefault(node.Id), status.Membership) && effects.Records.Count == 0)
        {
            return;
        }

        _seen[node.Id] = status.Membership;
        if (!status.Membership.Equals(log.Last.Membership))
        {
            Report($"node {node.Id} goes by {Describe(status.Membership)}; the last configuration in its log, entry {log.Last.Index}, is {Describe(log.Last.Membership)}");
        }
    }

    private static string Describe(ClusterMembership membership) =>
        $"({string.Join(", ", membership.Members.Select(member => $"{member.Id} {member.Role}"))}{(membership.IsJoint ? $"; leaving {string.Join(", ", membership.Outgoing)}" : "")})";
}
