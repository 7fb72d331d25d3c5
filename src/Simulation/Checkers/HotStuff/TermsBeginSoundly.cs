using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.HotStuff.Messages;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;

namespace Consensus.Simulation.Checkers.HotStuff;

/// <summary>
/// The time-outs by which an honest replica takes a term to be given up are those of a quorum of distinct members, and the honest ones among them have signed them, each with the certificate
/// that it is said to have named; and what an honest leader proposes with time-outs follows a certificate no lower than any of them names. Source: Jolteon, section 3; pitfalls H6 and H10.
/// </summary>
/// <remarks>
/// The naive form asks the second of every proposal that an honest replica votes for, and finds nothing more: the others refuse an honest leader's proposal that is not so, and
/// a Byzantine one's is not there to be asked.
/// </remarks>
/// <param name="timeoutsOf">The time-outs that the core of a node goes by.</param>
/// <param name="domain">Where signatures are valid.</param>
/// <param name="members">Who may sign.</param>
/// <param name="signatures">What was signed.</param>
/// <param name="observatory">Knows who is honest.</param>
internal sealed class TermsBeginSoundly(
    Func<SimulatedNode, TimeoutCertificate?> timeoutsOf, SigningDomain domain, SignerSet members, SignatureRecord signatures, Observatory observatory) : Checker
{
    private readonly Dictionary<NodeId, TimeoutCertificate> _seen = [];
    private ProtocolMessage? _lastSent;

    /// <inheritdoc/>
    public override string Name => "terms begin soundly";

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        if (timeoutsOf(node) is { } timeouts && !ReferenceEquals(_seen.GetValueOrDefault(node.Id), timeouts))
        {
            _seen[node.Id] = timeouts;
            if (DefectOf(timeouts) is { } defect)
            {
                Report($"node {node.Id} takes the term up to view {timeouts.Last} to be given up, and {defect}");
            }
        }
    }

    /// <inheritdoc/>
    public override void OnSending(SimulatedNode node, NodeId to, ProtocolMessage message)
    {
        if (ReferenceEquals(message, _lastSent) || message is not NodeProposal { Timeouts: { } timeouts, Node: var proposed })
        {
            return;
        }

        _lastSent = message;
        foreach (var report in timeouts.Reports)
        {
            if (proposed.Justify.View < report.High || proposed.View != timeouts.Last.Next)
            {
                Report($"node {node.Id} proposes in view {proposed.View} after a node of view {proposed.Justify.View}; node {report.Signer} has given up view {timeouts.Last} and named one of view {report.High}");
                return;
            }
        }
    }

    private string? DefectOf(TimeoutCertificate timeouts)
    {
        var signers = timeouts.Reports.Select(report => report.Signer).Where(signer => members.IndexOf(signer) >= 0).Distinct().ToArray();
        if (signers.Length < members.Quorum)
        {
            return $"nodes {string.Join(", ", signers)} have done so; {members.Quorum} are needed";
        }

        foreach (var report in timeouts.Reports)
        {
            if (!observatory.IsByzantine(report.Signer) && !signatures.Has(report.Signer, TermTimeout.StatementOf(domain, timeouts.Last, report.High)))
            {
                return $"node {report.Signer}, which is honest, has never signed that with a certificate of view {report.High}";
            }
        }

        return null;
    }
}
