using Consensus.Engine;

namespace Consensus.Hybrid;

/// <summary>The core of a replica that does not belong to the epoch (<see cref="BystanderEngine"/>).</summary>
internal sealed class BystanderCore(CoreContext context) : IProtocolCore
{
    private readonly RecoveredState _found = context.Recovered;

    /// <inheritdoc/>
    public Ticks NextDeadline => Ticks.Never;

    /// <inheritdoc/>
    public CoreStatus Status => new(ReplicaRole.Learner, NodeId.None, 0, Last, _found.Applied, _found.Bootstrap);

    private LogIndex Last => _found.Base.Index + (ulong)_found.Entries.Count;

    /// <inheritdoc/>
    public void BeginTurn(Ticks now, Timestamp clock)
    {
    }

    /// <inheritdoc/>
    public void Step(Ticks now, Input input, EffectBuffer effects)
    {
        switch (input)
        {
            case ReadRequested read:
                effects.Refuse(read.Ticket, RefusalReason.NoLeader);
                break;
            case TransferRequested transfer:
                effects.CompleteControl(transfer.Ticket, new ControlResult(RefusalReason.NoLeader, "This node does not belong to the group; ask one that does."));
                break;
        }
    }

    /// <inheritdoc/>
    public void EndTurn(Ticks now, EffectBuffer effects)
    {
    }

    /// <inheritdoc/>
    public Digest StateDigest() => default;
}
