using Consensus.Engine;
using Consensus.Simulation.Clients;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers;

/// <summary>
/// One property that must hold in every run. It sees everything that nodes and clients do, at the moment they do it, and reports what must
/// not be; it changes nothing.
/// </summary>
internal abstract class Checker : INodeObserver, ICallObserver
{
    private Action<string, string> _report = static (_, _) => { };

    /// <summary>The property's name in reports.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Whether it holds only if nothing is ordered but what callers asked for. A Byzantine replica may order what it likes
    /// (<see cref="IAdversary.InventsCommands"/>); then this checker says nothing.
    /// </summary>
    public virtual bool KnowsAllCommands => false;

    /// <summary>Tells where violations go.</summary>
    /// <param name="report">Takes the checker's name, and what is wrong.</param>
    public void Attach(Action<string, string> report) => _report = report;

    /// <inheritdoc/>
    public virtual void OnStarted(SimulatedNode node, RecoveredState recovered)
    {
    }

    /// <inheritdoc/>
    public virtual void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
    }

    /// <inheritdoc/>
    public virtual void OnStaged(SimulatedNode node, in LogRecord record)
    {
    }

    /// <inheritdoc/>
    public virtual void OnDurable(SimulatedNode node, Lsn lsn)
    {
    }

    /// <inheritdoc/>
    public virtual void OnApplied(SimulatedNode node, in LogEntry entry, in AppliedCommand applied, Digest state)
    {
    }

    /// <inheritdoc/>
    public virtual void OnRestored(SimulatedNode node, SnapshotDescriptor snapshot, Digest state)
    {
    }

    /// <inheritdoc/>
    public virtual void OnSaved(SimulatedNode node, SnapshotDescriptor snapshot)
    {
    }

    /// <inheritdoc/>
    public virtual void OnSending(SimulatedNode node, NodeId to, ProtocolMessage message)
    {
    }

    /// <inheritdoc/>
    public virtual void OnReadRequested(SimulatedNode node, Ticket ticket)
    {
    }

    /// <inheritdoc/>
    public virtual void OnEnded(SimulatedNode node, Exception? failure)
    {
    }

    /// <inheritdoc/>
    public virtual void OnRefused(SimulatedNode node, ConsensusException why)
    {
    }

    /// <inheritdoc/>
    public virtual void OnInvoked(ClientCall call)
    {
    }

    /// <inheritdoc/>
    public virtual void OnCompleted(ClientCall call)
    {
    }

    /// <summary>Whether what may be left of the calls is gone. The run waits a while for it before it is over.</summary>
    /// <param name="nodes">All nodes.</param>
    public virtual bool IsAtRest(IReadOnlyList<SimulatedNode> nodes) => true;

    /// <summary>The run is over: everybody was healed, and had time to catch up.</summary>
    /// <param name="nodes">All nodes.</param>
    public virtual void OnFinished(IReadOnlyList<SimulatedNode> nodes)
    {
    }

    /// <summary>Says what must not be.</summary>
    protected void Report(string description) => _report(Name, description);
}
