using Consensus.Engine;
using Consensus.Hybrid;
using Consensus.Hybrid.Messages;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers.Hybrid;

/// <summary>
/// No honest replica suspects an honest one of lying, whatever liars report about it, or takes an epoch for another one than that one does; and what ends an epoch of Raft without an operator is about a member that lies (pitfall S7).
/// </summary>
/// <param name="isByzantine">Whether a member may lie.</param>
internal sealed class SuspicionIsSound(Predicate<NodeId> isByzantine) : Checker
{
    /// <inheritdoc/>
    public override string Name => "suspicion is sound";

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        foreach (var happening in effects.Events)
        {
            if (happening is ThreatLevelChanged { Level: > ThreatLevel.None } changed && !isByzantine(changed.Accused))
            {
                Report($"node {node.Id} is on level {changed.Level} about node {changed.Accused}, which is honest");
            }

            if (happening is EpochDiverged diverged && !isByzantine(diverged.Node))
            {
                Report($"node {node.Id} takes epoch {diverged.Epoch.Value} for another one than node {diverged.Node} does, which is honest");
            }
        }

        foreach (var sent in effects.Messages)
        {
            switch (sent.Message)
            {
                case ThreatNotice { Report.Content: { Level: > ThreatLevel.None } report } when !isByzantine(report.Accused):
                    Report($"node {node.Id} reports {report.Level} about node {report.Accused}, which is honest");
                    break;
                case EndNotice { Cause: EndCause.ByReports cause } when !isByzantine(cause.Reports[0].Content.Accused):
                    Report($"node {node.Id} ends an epoch by reports of nodes {string.Join(", ", cause.Reports.Select(report => report.Content.Reporter))} about node {cause.Reports[0].Content.Accused}, which is honest");
                    break;
                case EndNotice { Cause: EndCause.ByEvidence cause } when !isByzantine(cause.Evidence.Signer):
                    Report($"node {node.Id} ends an epoch by evidence against node {cause.Evidence.Signer}, which is honest");
                    break;
            }
        }
    }
}
