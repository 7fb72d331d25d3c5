using System.Collections.Immutable;
using Consensus.Engine;
using Consensus.Hybrid;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers.Hybrid;

/// <summary>
/// The epochs of a group are one chain: two replicas never have different epochs of the same number, and each begins with one state. A replica never goes back to an earlier one while it runs.
/// </summary>
/// <param name="epochsOf">The epoch that a node is in, and what began it and those before; nothing, if it has none.</param>
internal sealed class EpochsAreExclusive(Func<SimulatedNode, (Epoch Current, ImmutableArray<HandoverCertificate> Beginnings)?> epochsOf) : Checker
{
    private readonly Dictionary<Epoch, (EpochDescriptor Descriptor, Digest State)> _epochs = [];
    private readonly Dictionary<NodeId, Epoch> _last = [];

    /// <inheritdoc/>
    public override string Name => "epochs are exclusive";

    /// <inheritdoc/>
    public override void OnStarted(SimulatedNode node, RecoveredState recovered) => _last.Remove(node.Id);

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        if (epochsOf(node) is not var (current, beginnings))
        {
            return;
        }

        if (_last.TryGetValue(node.Id, out var last) && current == last)
        {
            return;
        }

        if (current < last)
        {
            Report($"node {node.Id} was in epoch {last.Value}, and is in epoch {current.Value}");
        }

        _last[node.Id] = current;
        foreach (var beginning in beginnings)
        {
            var next = beginning.Next;
            if (!_epochs.TryGetValue(next.Number, out var known))
            {
                _epochs.Add(next.Number, (next, beginning.Content.StateHash));
            }
            else if (known.Descriptor.Id != next.Id || known.State != beginning.Content.StateHash)
            {
                Report($"node {node.Id} has epoch {next.Number.Value} behind entry {next.Start.Index} with {next.Protocol}; others have it behind entry {known.Descriptor.Start.Index} with {known.Descriptor.Protocol}, or with another state");
            }
        }
    }
}
