using Consensus.Engine;
using Consensus.Hybrid;
using Consensus.Hybrid.Messages;
using Consensus.Hybrid.Threat;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers.Hybrid;

/// <summary>
/// No honest replica suspects an honest one of lying, whatever liars report about it, or takes an epoch for another one than that one does; and what ends an epoch of Raft without an operator is about a member that lies (pitfall S7).
/// Where clocks are wrong, an honest one may be on the lowest level because of its times, and of nothing else: a replica cannot tell whose clock it is, and nothing follows from that level.
/// </summary>
/// <param name="isByzantine">Whether a member may lie.</param>
/// <param name="seenBy">What a node has seen itself; nothing, if it is down.</param>
internal sealed class SuspicionIsSound(Predicate<NodeId> isByzantine, Func<SimulatedNode, SuspicionBook?> seenBy) : Checker
{
    private static readonly SuspicionKind[] Lies = [.. Enum.GetValues<SuspicionKind>().Where(kind => kind != SuspicionKind.TimingAnomaly)];

    // Of whose times an honest replica has told: its reports stay with the others when it is started again.
    private readonly HashSet<NodeId> _untimely = [];
    private bool _wereClocksWrong;

    /// <inheritdoc/>
    public override string Name => "suspicion is sound";

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        _wereClocksWrong |= node.Clock.Skew != TimeSpan.Zero;
        foreach (var happening in effects.Events)
        {
            if (happening is TimestampOutOfRange { Proposer: var proposer } && !isByzantine(proposer))
            {
                if (!_wereClocksWrong)
                {
                    Report($"node {node.Id} finds the times of node {proposer} out of range, which is honest, and all clocks have been right");
                }

                _untimely.Add(proposer);
            }

            if (happening is TamperingDetected { Peer: var peer, About: var about } && !isByzantine(peer))
            {
                Report($"node {node.Id} says that node {peer} alters what it passes on ({about}), which is honest");
            }

            if (happening is ThreatLevelChanged { Level: > ThreatLevel.None } changed && !isByzantine(changed.Accused) && !IsByTime(node, changed.Accused, changed.Level))
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
                case ThreatNotice { Report.Content: { Level: > ThreatLevel.None } report } when !isByzantine(report.Accused) && !IsByTime(node, report.Accused, report.Level):
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

    private bool IsByTime(SimulatedNode node, NodeId accused, ThreatLevel level) =>
        level == ThreatLevel.Low && _untimely.Contains(accused) && seenBy(node) is { } own && Lies.All(kind => own.TotalOf(accused, kind) == 0);
}
