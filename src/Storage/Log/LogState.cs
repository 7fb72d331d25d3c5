using Consensus.Engine;

namespace Consensus.Storage.Log;

/// <summary>What the durable part of the log amounts to, as far as a new segment must repeat it.</summary>
internal sealed class LogState
{
    private readonly SortedDictionary<ulong, byte[]> _slots = [];

    public Lsn LastLsn { get; private set; }

    public LogTail Tail { get; private set; } = LogTail.Origin;

    public IReadOnlyDictionary<ulong, byte[]> Slots => _slots;

    public void Restore(Lsn lastLsn, LogTail tail, IEnumerable<KeyValuePair<ulong, ReadOnlyMemory<byte>>> slots)
    {
        LastLsn = lastLsn;
        Tail = tail;
        foreach (var (slot, value) in slots)
        {
            SetSlot(slot, value.Span);
        }
    }

    public void Apply(LogBatch batch)
    {
        batch.ApplySlots(this);
        LastLsn = batch.LastLsn;
        Tail = batch.Tail;
    }

    public void SetSlot(ulong slot, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            _slots.Remove(slot);
            return;
        }

        if (!_slots.TryGetValue(slot, out var kept) || kept.Length != value.Length)
        {
            kept = new byte[value.Length];
            _slots[slot] = kept;
        }

        value.CopyTo(kept);
    }
}
