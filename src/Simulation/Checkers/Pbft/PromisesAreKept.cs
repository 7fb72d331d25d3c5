using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Pbft;
using Consensus.Pbft.Messages;
using Consensus.Pbft.Views;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;

namespace Consensus.Simulation.Checkers.Pbft;

/// <summary>
/// The view on a replica's disk never goes back, across all its lives, nor does a view that has not begun follow itself when it had; and whoever speaks in a view has it on disk. A prepare
/// leaves when its acceptance is on disk, a commit when its proof is. Source: OSDI '99, sections 4.2 and 4.4, for replicas that crash and go on; pitfalls R18, H3, and part 3.
/// </summary>
/// <remarks>
/// The naive form compares a vote with what is on disk for its number, and gives false alarms: the driver holds votes until the disk has them, and meanwhile the replica may have
/// accepted the number in a later view, or the window may have moved on, and with it what the slot is about. No harm is done by a vote that was true once. So what is on
/// disk must be the vote's, or later.
/// </remarks>
/// <param name="observatory">Knows disks.</param>
/// <param name="members">The members.</param>
/// <param name="window">How many numbers may be under way.</param>
internal sealed class PromisesAreKept(Observatory observatory, SignerSet members, int window) : Checker
{
    private readonly ProofCodec _proofs = new(members);
    private readonly Dictionary<NodeId, (byte[] Bytes, ViewNumber View, bool IsActive)> _views = [];
    private ProtocolMessage? _lastSeen;

    /// <inheritdoc/>
    public override string Name => "promises are kept";

    /// <inheritdoc/>
    public override void OnStarted(SimulatedNode node, RecoveredState recovered)
    {
        if (recovered.Slots.TryGetValue(PbftSlots.View, out var value))
        {
            Enter(node, value.ToArray());
        }
        else if (_views.TryGetValue(node.Id, out var before))
        {
            Report($"node {node.Id} starts without a view on its disk, and had view {before.View} there");
        }
    }

    /// <inheritdoc/>
    public override void OnDurable(SimulatedNode node, Lsn lsn)
    {
        if (observatory.LogOf(node.Id).Slots.TryGetValue(PbftSlots.View, out var value))
        {
            Enter(node, value);
        }
    }

    /// <inheritdoc/>
    public override void OnSending(SimulatedNode node, NodeId to, ProtocolMessage message)
    {
        if (ReferenceEquals(message, _lastSeen))
        {
            // The same message to the next member.
            return;
        }

        _lastSeen = message;
        switch (message)
        {
            case PrePrepare m:
                Speak(node, m.View, message);
                break;
            case Prepare m:
                Speak(node, m.View, message);
                Compare(node, m, Accepted(node, m.Number));
                break;
            case Commit m:
                Speak(node, m.View, message);
                Compare(node, m, Prepared(node, m.Number));
                break;
            case ViewChange m when m.Replica == node.Id:
                Speak(node, m.View, message, isActive: false);
                break;
            case NewView m when Primaries.Of(members, m.View) == node.Id:
                Speak(node, m.View, message);
                break;
        }
    }

    private void Enter(SimulatedNode node, byte[] value)
    {
        var hasBefore = _views.TryGetValue(node.Id, out var before);
        if (hasBefore && ReferenceEquals(before.Bytes, value))
        {
            return;
        }

        var (view, isActive, _) = PbftSlots.ReadView(value);
        _views[node.Id] = (value, view, isActive);
        if (hasBefore && (view < before.View || (view == before.View && before.IsActive && !isActive)))
        {
            Report($"node {node.Id} goes back on disk from {Describe(before.View, before.IsActive)} to {Describe(view, isActive)}");
        }
    }

    private void Speak(SimulatedNode node, ViewNumber view, ProtocolMessage message, bool isActive = true)
    {
        if (!_views.TryGetValue(node.Id, out var onDisk) || onDisk.View < view || (onDisk.View == view && isActive && !onDisk.IsActive))
        {
            Report($"node {node.Id} sends a {message.GetType().Name} of view {view}; on its disk is {(onDisk.Bytes is null ? "none" : Describe(onDisk.View, onDisk.IsActive))}");
        }
    }

    private void Compare(SimulatedNode node, Vote vote, (SequenceNumber Number, ViewNumber View, Digest Digest)? onDisk)
    {
        if (onDisk is not { } kept || kept.Number < vote.Number || (kept.Number == vote.Number && kept.View < vote.View))
        {
            Report($"node {node.Id} sends a {vote.Kind} of block {vote.Number} in view {vote.View}; on its disk is {(onDisk is { } older ? $"block {older.Number} of view {older.View}" : "nothing")} there");
        }
        else if (kept.Number == vote.Number && kept.View == vote.View && kept.Digest != vote.Digest)
        {
            Report($"node {node.Id} sends a {vote.Kind} of block {vote.Number} in view {vote.View} for {vote.Digest}; on its disk is {kept.Digest}");
        }
    }

    private (SequenceNumber Number, ViewNumber View, Digest Digest)? Accepted(SimulatedNode node, SequenceNumber number)
    {
        if (!observatory.LogOf(node.Id).Slots.TryGetValue(PbftSlots.Accepted(number, window), out var value))
        {
            return null;
        }

        var accepted = PbftSlots.ReadAccepted(value);
        return (accepted.Number, accepted.View, accepted.Digest);
    }

    private (SequenceNumber Number, ViewNumber View, Digest Digest)? Prepared(SimulatedNode node, SequenceNumber number)
    {
        if (!observatory.LogOf(node.Id).Slots.TryGetValue(PbftSlots.Prepared(number, window), out var value))
        {
            return null;
        }

        try
        {
            var proof = PbftSlots.ReadPrepared(value, _proofs);
            return (proof.Number, proof.View, proof.Digest);
        }
        catch (ConsensusException exception)
        {
            Report($"node {node.Id} has a proof for block {number} on its disk that it could not read after a restart: {exception.Message}");
            return null;
        }
    }

    private static string Describe(ViewNumber view, bool isActive) => isActive ? $"view {view}" : $"view {view}, which has not begun";
}
