using Consensus.Engine;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;

namespace Consensus.Simulation.Checkers;

/// <summary>
/// After the same entry all replicas have the same state: equal hashes, sessions included. The first command after which they differ is
/// named; if its entry and all before are the same, the state machine is not deterministic.
/// Source: Schneider (1990), state machine approach; Tigerbeetle's storage_checker; openraft's state_machine_safety.
/// </summary>
/// <remarks>
/// The naive form compares what replicas have at the same moment, and gives false alarms, as they are never at the same entry. Comparing at
/// the end of the run names no command. One that restores a snapshot is compared from there on: whether the snapshot was right is
/// <see cref="SnapshotSoundness"/>'s to say.
/// </remarks>
internal sealed class StateAgreement(Observatory observatory) : Checker
{
    /// <inheritdoc/>
    public override string Name => "state agreement";

    /// <inheritdoc/>
    public override void OnApplied(SimulatedNode node, in LogEntry entry, in AppliedCommand applied, Digest state)
    {
        // The first to apply an entry is compared with itself.
        if (observatory.History.StateAfter(entry.Index) is not { } first || (first.Hash == state && first.Command.Chain == entry.Chain))
        {
            return;
        }

        Report(first.Command.Chain == entry.Chain
            ? $"the state machine is not deterministic: after entry {entry.Index} of term {entry.Term}, {CommandText.Of(entry.Payload.Span)}, node {first.By} has state {first.Hash} and node {node.Id} has state {state}; the log up to there is the same on both (chain {entry.Chain.ToString()[..8]})"
            : $"nodes {first.By} and {node.Id} apply different entries at {entry.Index}: {first.Command} and {EntryMark.Of(entry)}");
    }
}
