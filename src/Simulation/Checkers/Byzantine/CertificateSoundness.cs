using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;

namespace Consensus.Simulation.Checkers.Byzantine;

/// <summary>
/// Every certificate that an honest core goes by has the signatures of as many distinct members as it needs, and the honest ones among them have given theirs: it was seen when
/// their keys signed. Source: pitfalls, part 3, and P14, H4 to H6.
/// </summary>
/// <remarks>
/// The naive form verifies the signatures as the core does, with the same code, and finds what the core finds. Here nothing is verified: a signature that nobody was
/// seen to give is none, however valid. Of a Byzantine member's nothing is asked.
/// </remarks>
/// <param name="protocol">Knows who must have signed what.</param>
/// <param name="certificatesOf">Finds the certificates that the core of a node goes by.</param>
/// <param name="members">Who may sign.</param>
/// <param name="signatures">What was signed.</param>
/// <param name="observatory">Knows who is honest.</param>
internal sealed class CertificateSoundness(
    ISignedProtocol protocol, Func<SimulatedNode, IEnumerable<QuorumCertificate>> certificatesOf, SignerSet members, SignatureRecord signatures, Observatory observatory) : Checker
{
    /// <summary>How many certificates of a node are remembered as looked at, before all are looked at again.</summary>
    private const int SeenMax = 1024;

    private readonly Dictionary<NodeId, HashSet<QuorumCertificate>> _seen = [];

    /// <inheritdoc/>
    public override string Name => "certificate soundness";

    /// <inheritdoc/>
    public override void OnStarted(SimulatedNode node, RecoveredState recovered) => _seen.Remove(node.Id);

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        if (effects.Records.Count == 0)
        {
            // What a core goes by it writes down.
            return;
        }

        if (!_seen.TryGetValue(node.Id, out var seen) || seen.Count > SeenMax)
        {
            _seen[node.Id] = seen = new HashSet<QuorumCertificate>(ReferenceEqualityComparer.Instance);
        }

        foreach (var certificate in certificatesOf(node))
        {
            if (seen.Add(certificate) && DefectOf(certificate) is { } defect)
            {
                Report($"node {node.Id} goes by a certificate of {certificate.Statement.Kind} of {certificate.Statement.Sequence} in view {certificate.Statement.View}: {defect}");
                return;
            }
        }
    }

    private string? DefectOf(QuorumCertificate certificate)
    {
        var needed = protocol.SignersNeeded(certificate.Statement, members, out var excluded);
        var signers = certificate.Signatures.Select(signature => signature.Signer).Where(signer => signer != excluded && members.IndexOf(signer) >= 0).Distinct().ToArray();
        if (signers.Length < needed)
        {
            return $"nodes {string.Join(", ", signers)} have signed it, and {needed} are needed";
        }

        return signers.FirstOrDefault(signer => !observatory.IsByzantine(signer) && !signatures.Has(signer, certificate.Statement)) is var other && other != NodeId.None
            ? $"node {other}, which is honest, has never signed that"
            : null;
    }
}
