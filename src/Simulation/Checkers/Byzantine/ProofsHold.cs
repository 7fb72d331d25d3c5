using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;

namespace Consensus.Simulation.Checkers.Byzantine;

/// <summary>
/// Every commit proof that an honest replica gives to a caller convinces whoever has the members' keys, and is of the very command that was committed there. It is asked for at once, and again when
/// the replica has gone on for a while. Source: docs/proofs.md.
/// </summary>
/// <remarks>
/// A replica that came to an entry by a checkpoint has no proof of it, and says so; so to have none is no violation. A proof of an entry that is not committed would be one, whether it convinces or not.
/// </remarks>
/// <param name="prove">Asks the core of a node; nothing, if it has none.</param>
/// <param name="rule">What commits a node in the group.</param>
/// <param name="domain">The cluster and the epoch.</param>
/// <param name="members">The members.</param>
/// <param name="signatures">What does the arithmetic.</param>
/// <param name="observatory">Knows who is honest.</param>
internal sealed class ProofsHold(
    Func<SimulatedNode, LogIndex, ProofAnswer?> prove, CommitRule rule, SigningDomain domain, SignerSet members, ISignatureVerifier signatures, Observatory observatory) : Checker
{
    /// <summary>How many turns with commits later it is asked for again.</summary>
    private const int LaterTurns = 40;

    /// <summary>How often all may have refused in a run in which nothing was proven.</summary>
    private const int RefusedMax = 50;

    private readonly SortedDictionary<NodeId, Queue<LogEntry>> _asked = [];
    private int _given;
    private int _refused;

    /// <inheritdoc/>
    public override string Name => "proofs hold";

    /// <inheritdoc/>
    public override void OnStarted(SimulatedNode node, RecoveredState recovered) => _asked[node.Id] = new Queue<LogEntry>();

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        if (observatory.IsByzantine(node.Id) || LastCommand(effects) is not { } entry)
        {
            return;
        }

        Look(node, entry);
        if (prove(node, status.CommitIndex.Next) is { Proof: not null })
        {
            Report($"node {node.Id} proves entry {status.CommitIndex.Next}, and has committed up to {status.CommitIndex}");
        }

        var asked = _asked[node.Id];
        asked.Enqueue(entry with { Payload = entry.Payload.ToArray() });
        if (asked.Count > LaterTurns)
        {
            Look(node, asked.Dequeue());
        }
    }

    /// <inheritdoc/>
    public override void OnFinished(IReadOnlyList<SimulatedNode> nodes)
    {
        if (_given == 0 && _refused > RefusedMax)
        {
            Report($"no replica has proven anything; they have refused {_refused} times");
        }
    }

    private void Look(SimulatedNode node, in LogEntry entry)
    {
        var answer = prove(node, entry.Index);
        if (answer?.Payload is { } payload && !payload.Span.SequenceEqual(entry.Payload.Span))
        {
            Report($"node {node.Id} says that entry {entry.Index} is another command than the one that it has committed");
        }

        if (answer?.Proof is not { } proof)
        {
            _refused++;
            return;
        }

        _given++;
        if (!CommitProofVerifier.Verify(proof, domain, members, rule, signatures, out var defect))
        {
            Report($"node {node.Id} gives a proof of entry {entry.Index} that proves nothing: {defect.Detail}");
        }
        else if (!proof.Command.Payload.Span.SequenceEqual(entry.Payload.Span) || proof.Block.Value != entry.Term.Value)
        {
            Report($"node {node.Id} proves a command of block {proof.Block} where entry {entry.Index} of block {entry.Term} was asked for");
        }
    }

    private static LogEntry? LastCommand(EffectBuffer effects)
    {
        for (var i = effects.Committed.Count - 1; i >= 0; i--)
        {
            if (effects.Committed[i].Kind == EntryKind.Command)
            {
                return effects.Committed[i];
            }
        }

        return null;
    }
}
