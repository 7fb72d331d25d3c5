using Consensus.Engine;

namespace Consensus.Simulation.Nodes;

/// <summary>Looks at nothing: what a Byzantine replica's twin does is nobody's matter, but for the frames that it sends.</summary>
internal sealed class Unobserved : INodeObserver
{
    /// <inheritdoc/>
    public void OnStarted(SimulatedNode node, RecoveredState recovered)
    {
    }

    /// <inheritdoc/>
    public void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
    }

    /// <inheritdoc/>
    public void OnStaged(SimulatedNode node, in LogRecord record)
    {
    }

    /// <inheritdoc/>
    public void OnDurable(SimulatedNode node, Lsn lsn)
    {
    }

    /// <inheritdoc/>
    public void OnApplied(SimulatedNode node, in LogEntry entry, in AppliedCommand applied, Digest state)
    {
    }

    /// <inheritdoc/>
    public void OnRestored(SimulatedNode node, SnapshotDescriptor snapshot, Digest state)
    {
    }

    /// <inheritdoc/>
    public void OnSaved(SimulatedNode node, SnapshotDescriptor snapshot)
    {
    }

    /// <inheritdoc/>
    public void OnSending(SimulatedNode node, NodeId to, ProtocolMessage message)
    {
    }

    /// <inheritdoc/>
    public void OnReadRequested(SimulatedNode node, Ticket ticket)
    {
    }

    /// <inheritdoc/>
    public void OnEnded(SimulatedNode node, Exception? failure)
    {
    }

    /// <inheritdoc/>
    public void OnRefused(SimulatedNode node, ConsensusException why)
    {
    }
}
