using Consensus.Engine;

namespace Consensus.Simulation.Nodes;

/// <summary>Sees what nodes do. Everything is called at the moment it happens, in virtual time.</summary>
internal interface INodeObserver
{
    /// <summary>A replica starts from what it found on its disk.</summary>
    void OnStarted(SimulatedNode node, RecoveredState recovered);

    /// <summary>A core ends a turn; its effects are not carried out yet.</summary>
    void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects);

    /// <summary>A record was put into the log; it is not on disk yet.</summary>
    void OnStaged(SimulatedNode node, in LogRecord record);

    /// <summary>The log is on disk up to a record.</summary>
    void OnDurable(SimulatedNode node, Lsn lsn);

    /// <summary>A command was applied.</summary>
    /// <param name="node">Where.</param>
    /// <param name="entry">The command's entry.</param>
    /// <param name="applied">What came of it.</param>
    /// <param name="state">The hash of the state after it.</param>
    void OnApplied(SimulatedNode node, in LogEntry entry, in AppliedCommand applied, Digest state);

    /// <summary>A replica's state was replaced by a snapshot.</summary>
    void OnRestored(SimulatedNode node, SnapshotDescriptor snapshot, Digest state);

    /// <summary>A replica has put a snapshot of its own state on disk.</summary>
    void OnSaved(SimulatedNode node, SnapshotDescriptor snapshot);

    /// <summary>A message leaves a node, before it is encoded: what the driver held back for the disk is no longer held.</summary>
    void OnSending(SimulatedNode node, NodeId to, ProtocolMessage message);

    /// <summary>A core is asked for a read barrier.</summary>
    void OnReadRequested(SimulatedNode node, Ticket ticket);

    /// <summary>A replica ended.</summary>
    /// <param name="node">Which.</param>
    /// <param name="failure">Why it stopped itself; <see langword="null"/> if it was crashed or stopped from outside.</param>
    void OnEnded(SimulatedNode node, Exception? failure);

    /// <summary>A node refused to start.</summary>
    void OnRefused(SimulatedNode node, ConsensusException why);
}
