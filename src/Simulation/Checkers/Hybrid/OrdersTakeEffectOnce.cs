using System.Collections.Immutable;
using Consensus.Engine;
using Consensus.Hybrid;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers.Hybrid;

/// <summary>
/// Each epoch but the first begins behind an order for the one before it, with the protocol that the order names; or, behind one of Raft, with the escalation target. What else it has is what an operator's order names, and otherwise that of the one before. So none takes effect twice, and none that is late: each names the one epoch that it ends (pitfall S5).
/// </summary>
/// <param name="beginningsOf">What began each epoch that a node knows but the first; nothing, if it has none.</param>
/// <param name="first">The first epoch.</param>
internal sealed class OrdersTakeEffectOnce(Func<SimulatedNode, ImmutableArray<HandoverCertificate>?> beginningsOf, EpochDescriptor first) : Checker
{
    private readonly Dictionary<LogIndex, SealOrder> _orders = [];
    private ulong _checked;

    /// <inheritdoc/>
    public override string Name => "orders take effect once";

    /// <inheritdoc/>
    public override void OnApplied(SimulatedNode node, in LogEntry entry, in AppliedCommand applied, Digest state)
    {
        if (entry.Kind == EntryKind.Command && CommandEnvelope.TryRead(entry.Payload.Span, out var envelope) && envelope.Kind == CommandKind.Seal
            && SealOrder.TryRead(entry.Payload[CommandEnvelope.HeaderSize..].ToArray()) is { } order)
        {
            _orders.TryAdd(entry.Index, order);
        }
    }

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        if (beginningsOf(node) is not { } beginnings)
        {
            return;
        }

        for (; _checked < (ulong)beginnings.Length; _checked++)
        {
            // Whoever says where the epoch before ended has applied everything up to there.
            var before = _checked == 0 ? first : beginnings[(int)_checked - 1].Next;
            var next = beginnings[(int)_checked].Next;
            if (!_orders.TryGetValue(next.Start.Index, out var order))
            {
                if (!next.IsOrdered && next.Protocol == before.Rules.EscalationTarget && before.Protocol == EpochProtocol.Raft && next.IsSetAs(before))
                {
                    // An epoch of Raft may end by an order that too few have in their logs: then it has no effect but that.
                    continue;
                }

                Report($"epoch {next.Number.Value} begins behind entry {next.Start.Index}, which is no order");
            }
            else if (!order.IsCarriedOutBy(next))
            {
                Report($"epoch {next.Number.Value}, with {next.Protocol}, follows {next.Parent} by an order for {order.Next.Protocol} after {order.Ends}");
            }
            else if (next.Protocol == EpochProtocol.Raft && before.Protocol != EpochProtocol.Raft && order.Consents.Length < before.Members.Quorum)
            {
                Report($"epoch {next.Number.Value} goes back to Raft with the consent of {order.Consents.Length} members; a quorum are {before.Members.Quorum}");
            }
            else if (!order.Next.IsProtocolAlone && !before.Operators.Contains(order.Operator))
            {
                Report($"epoch {next.Number.Value} has what {order.Operator} has ordered besides an engine, who is no operator");
            }
            else if (!KeepsWhatIsNotNamed(before, order.Next, next))
            {
                Report($"epoch {next.Number.Value} has other members, settings, rules or operators than the epoch before, and its order names none");
            }
        }
    }

    private static bool KeepsWhatIsNotNamed(EpochDescriptor before, NextEpoch named, EpochDescriptor next) =>
        (named.Members is not null || next.Members.Hash == before.Members.Hash)
        && (named.Settings is not null || next.Settings == before.Settings)
        && (named.Rules is not null || next.Rules == before.Rules)
        && (named.Operators is not null || next.Operators.SequenceEqual(before.Operators));
}
