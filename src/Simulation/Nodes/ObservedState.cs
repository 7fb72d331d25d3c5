using System.Buffers;
using Consensus.Engine;

namespace Consensus.Simulation.Nodes;

/// <summary>A replicated state that is looked at after each command and each restored snapshot.</summary>
internal sealed class ObservedState(IReplicatedState state, SimulatedNode node, INodeObserver observer) : IReplicatedState
{
    /// <summary>The snapshot that was opened last: what <see cref="Restore"/> restores.</summary>
    public SnapshotDescriptor? Opened { get; set; }

    /// <summary>The state itself.</summary>
    public IReplicatedState Inner => state;

    /// <inheritdoc/>
    public AppliedCommand Apply(in LogEntry entry)
    {
        node.OnEffect();
        var applied = state.Apply(entry);
        observer.OnApplied(node, entry, applied, state.StateHash());
        return applied;
    }

    /// <inheritdoc/>
    public void Query(ReadOnlySpan<byte> query, IBufferWriter<byte> result) => state.Query(query, result);

    /// <inheritdoc/>
    public bool TryFindResult(RequestId request, out AppliedCommand applied) => state.TryFindResult(request, out applied);

    /// <inheritdoc/>
    public Digest StateHash() => state.StateHash();

    /// <inheritdoc/>
    public IStateSnapshot CaptureSnapshot() => state.CaptureSnapshot();

    /// <inheritdoc/>
    public void Restore(Stream snapshot)
    {
        node.OnEffect();
        state.Restore(snapshot);
        observer.OnRestored(node, Opened!, state.StateHash());
    }
}
