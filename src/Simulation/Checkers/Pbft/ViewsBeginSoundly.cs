using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Pbft.Messages;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;

namespace Consensus.Simulation.Checkers.Pbft;

/// <summary>
/// A view that an honest replica is in has begun with the view changes of a quorum of distinct members, which the honest ones among them have signed; and with what these say was
/// prepared: after the newest stable checkpoint, for each number the block of the highest view, the null block where there is none, and nothing else. Source: OSDI '99, section 4.4;
/// pitfalls P1 to P3 and P6.
/// </summary>
/// <remarks>
/// Computed here a second time, number by number, and not with the engine's own code: a mistake in that is made by the new primary and by everybody who checks it.
/// </remarks>
/// <param name="startOf">With what the view has begun that the core of a node is in.</param>
/// <param name="domain">Where signatures are valid.</param>
/// <param name="members">Who may sign.</param>
/// <param name="signatures">What was signed.</param>
/// <param name="observatory">Knows who is honest.</param>
internal sealed class ViewsBeginSoundly(
    Func<SimulatedNode, NewView?> startOf, SigningDomain domain, SignerSet members, SignatureRecord signatures, Observatory observatory) : Checker
{
    private readonly Dictionary<NodeId, NewView> _seen = [];

    /// <inheritdoc/>
    public override string Name => "views begin soundly";

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        if (startOf(node) is { } start && !ReferenceEquals(_seen.GetValueOrDefault(node.Id), start))
        {
            _seen[node.Id] = start;
            if (DefectOf(start) is { } defect)
            {
                Report($"node {node.Id} is in view {start.View}, and {defect}");
            }
        }
    }

    private string? DefectOf(NewView start)
    {
        var changes = start.ViewChanges.Where(change => change.View == start.View && members.IndexOf(change.Replica) >= 0).DistinctBy(change => change.Replica).ToArray();
        if (changes.Length < members.Quorum)
        {
            return $"nodes {string.Join(", ", changes.Select(change => change.Replica))} have gone there; {members.Quorum} are needed";
        }

        foreach (var change in changes)
        {
            var statement = new Statement(domain, StatementKind.PbftViewChange, change.View, SequenceNumber.Zero, change.ComputeDigest());
            if (!observatory.IsByzantine(change.Replica) && !signatures.Has(change.Replica, statement))
            {
                return $"node {change.Replica}, which is honest, has never signed the view change that it begins with";
            }
        }

        var stable = changes.Max(change => change.Stable.Number.Value);
        var prepared = changes.SelectMany(change => change.Prepared).Where(proof => proof.Number.Value > stable)
            .GroupBy(proof => proof.Number.Value).ToDictionary(proofs => proofs.Key, proofs => proofs.MaxBy(proof => proof.View.Value)!);
        var last = prepared.Count > 0 ? prepared.Keys.Max() : stable;
        if (start.Reissues.Length != (int)(last - stable))
        {
            return $"it begins with {start.Reissues.Length} blocks; those after {stable} up to {last} were prepared";
        }

        for (var number = stable + 1; number <= last; number++)
        {
            var reissue = start.Reissues[(int)(number - stable) - 1];
            var expected = prepared.TryGetValue(number, out var proof) ? proof.Digest : Block.Null.Digest;
            if (reissue.Number.Value != number || reissue.Digest != expected)
            {
                return $"block {reissue.Number} in it is {reissue.Digest.ToString()[..8]}; {(proof is null ? "none was prepared" : $"{expected.ToString()[..8]} was prepared in view {proof.View}")} as {number}";
            }
        }

        return null;
    }
}
