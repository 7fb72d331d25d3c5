using Consensus.Engine;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;

namespace Consensus.Simulation.Checkers;

/// <summary>
/// A snapshot that a replica saves or restores is one of the group's history: it ends at a committed entry, with that entry's term and chain hash,
/// with the state hash that the group had there and the configuration that was in force. Source: Ongaro and Ousterhout (2014), section 7;
/// thesis, section 5.1; pitfalls R21, R31, R36.
/// </summary>
/// <remarks>
/// The naive form compares the state hash with the one that was seen at the snapshot's last entry, which gives no answer if that is not a
/// command: entries of other kinds are not seen to be applied. The state is that after the last command before it.
/// </remarks>
internal sealed class SnapshotSoundness(Observatory observatory) : Checker
{
    /// <inheritdoc/>
    public override string Name => "snapshot soundness";

    /// <inheritdoc/>
    public override void OnSaved(SimulatedNode node, SnapshotDescriptor snapshot) => Look(node, snapshot, snapshot.StateHash, "saves");

    /// <inheritdoc/>
    public override void OnRestored(SimulatedNode node, SnapshotDescriptor snapshot, Digest state)
    {
        if (state != snapshot.StateHash)
        {
            Report($"node {node.Id} restores {Describe(snapshot)} and gets state {state}; it was taken at {snapshot.StateHash}");
            return;
        }

        Look(node, snapshot, state, "restores");
    }

    private void Look(SimulatedNode node, SnapshotDescriptor snapshot, Digest state, string what)
    {
        var index = snapshot.Position.Index;
        if (observatory.History.CommittedAt(index) is not { } committed)
        {
            Report($"node {node.Id} {what} {Describe(snapshot)}, but entry {index} was never committed");
            return;
        }

        if (committed.Mark.Chain != snapshot.Position.Chain || committed.Mark.Term != snapshot.Position.Term)
        {
            Report($"node {node.Id} {what} {Describe(snapshot)}, but committed is {committed.Mark}");
            return;
        }

        var lastCommand = observatory.History.LastCommandUpTo(index);
        if (observatory.History.StateAfter(lastCommand) is { } known && known.Hash != state)
        {
            Report($"node {node.Id} {what} {Describe(snapshot)} with state {state}; after entry {lastCommand}, the last command in it, node {known.By} had state {known.Hash}");
            return;
        }

        if (observatory.History.MembershipAt(index) is { } membership && !membership.Equals(snapshot.Membership))
        {
            Report($"node {node.Id} {what} {Describe(snapshot)} with members {Members(snapshot.Membership)}; in force there were {Members(membership)}");
        }
    }

    private static string Describe(SnapshotDescriptor snapshot) =>
        $"a snapshot that ends at entry {snapshot.Position.Index} of term {snapshot.Position.Term} (chain {snapshot.Position.Chain.ToString()[..8]})";

    private static string Members(ClusterMembership membership) => string.Join(", ", membership.Members.Select(member => $"{member.Id} {member.Role}"));
}
