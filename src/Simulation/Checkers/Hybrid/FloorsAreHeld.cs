using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers.Hybrid;

/// <summary>
/// What callers are told is certified is below a floor whose certificate so many members have on disk: with fewer, it might be lost when a member lies.
/// </summary>
/// <remarks>What is on disk is looked for there, and nobody is asked. A member whose disk is lost afterwards had it when it counted: it is one of those that lie, for all that floors promise.</remarks>
/// <param name="floorsOf">What a node counts, if it is in an epoch that has floors.</param>
/// <param name="members">The members that the group begins with.</param>
/// <param name="isTrusted">Whether a member has on disk what it says; others may say what they like, and are counted whatever they have.</param>
internal sealed class FloorsAreHeld(Func<SimulatedNode, FloorsOfNode?> floorsOf, SignerSet members, Func<NodeId, bool> isTrusted) : Checker
{
    private readonly Dictionary<(Epoch Epoch, NodeId Node), LogIndex> _held = [];
    private readonly Dictionary<(Epoch Epoch, NodeId Node), LogIndex> _certified = [];
    private readonly Dictionary<NodeId, Queue<(Lsn At, FloorCertificate Floor)>> _staged = [];
    private readonly Dictionary<NodeId, SignerSet> _members = [];

    /// <inheritdoc/>
    public override string Name => "floors that count are held";

    /// <inheritdoc/>
    public override void OnStarted(SimulatedNode node, RecoveredState recovered)
    {
        _staged[node.Id] = [];
        if (recovered.Slots.TryGetValue(EpochSlots.Floor, out var floor))
        {
            OnHeld(node, EpochSlots.ReadFloor(floor, MembersAt(node)));
        }
    }

    /// <inheritdoc/>
    public override void OnStaged(SimulatedNode node, in LogRecord record)
    {
        if (record is { Kind: LogRecordKind.Slot, Slot: EpochSlots.Floor, Value.IsEmpty: false })
        {
            _staged[node.Id].Enqueue((record.Lsn, EpochSlots.ReadFloor(record.Value, MembersAt(node))));
        }
    }

    /// <inheritdoc/>
    public override void OnDurable(SimulatedNode node, Lsn lsn)
    {
        while (_staged[node.Id].TryPeek(out var first) && first.At <= lsn)
        {
            OnHeld(node, _staged[node.Id].Dequeue().Floor);
        }
    }

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        if (floorsOf(node) is not { } floors)
        {
            return;
        }

        _members[node.Id] = floors.Members;
        if (floors.Certified <= LogIndex.Max(floors.Start, _certified.GetValueOrDefault((floors.Epoch, node.Id))))
        {
            return;
        }

        _certified[(floors.Epoch, node.Id)] = floors.Certified;
        var holders = floors.Members.Members.Count(member => !isTrusted(member.Id) || _held.GetValueOrDefault((floors.Epoch, member.Id)) >= floors.Certified);
        if (holders < floors.Members.Quorum)
        {
            Report($"node {node.Id} counts entry {floors.Certified} of epoch {floors.Epoch.Value} as certified, and {holders} of {floors.Members.Quorum} needed members have a floor as high on disk");
        }
    }

    /// <summary>The members of the epoch that a node was in when it was last looked at.</summary>
    private SignerSet MembersAt(SimulatedNode node) => _members.GetValueOrDefault(node.Id, members);

    private void OnHeld(SimulatedNode node, FloorCertificate floor)
    {
        var place = (floor.Signatures.Statement.Domain.Epoch, node.Id);
        _held[place] = LogIndex.Max(floor.Position.Index, _held.GetValueOrDefault(place));
    }
}
