namespace Consensus.Engine;

/// <summary>
/// What one core wants done, on its way through another that runs it (<see cref="EffectBuffer.Enter"/>): the inner one needs to know nothing of that.
/// </summary>
public interface IEffectScope
{
    /// <summary>The slot that stands for one of the inner core.</summary>
    ulong SlotOf(ulong slot);

    /// <summary>What is sent in place of a message of the inner core. A promise stays one.</summary>
    ProtocolMessage Envelop(ProtocolMessage message);

    /// <summary>A snapshot replaces the state: what the inner core commits from now on follows it.</summary>
    void OnInstalled(SnapshotDescriptor snapshot);

    /// <summary>Whether the state machine gets an entry that the inner core has committed.</summary>
    bool Passes(in LogEntry committed);

    /// <summary>Whether observers are told what the inner core tells.</summary>
    bool Passes(ConsensusEvent happening);

    /// <summary>Which snapshots are kept when the inner core keeps some.</summary>
    IReadOnlyList<SnapshotDescriptor> Keeping(IReadOnlyList<SnapshotDescriptor> snapshots);

    /// <summary>How far the log may forget, of what the inner core needs no more.</summary>
    LogIndex CompactTo(LogIndex index);

    /// <summary>Whether a refusal is for a caller; otherwise it is for whoever runs the inner core.</summary>
    bool Passes(Ticket refused);
}
