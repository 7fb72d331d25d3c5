namespace Consensus.Engine;

/// <summary>
/// What a replica did in the last minute: a ring of <see cref="SlotCount"/> slots of <see cref="SlotLength"/> each, the oldest of which is
/// begun anew when its time comes round. Recording takes no lock and allocates nothing.
/// </summary>
/// <remarks>Written by the state lane only; read from any thread. A slot that is begun anew while it is read has left the window, and is left out.</remarks>
internal sealed class RecentWork
{
    public const int SlotCount = 6;

    /// <summary>Percentiles are exact to within one part in 32.</summary>
    private const int PrecisionBits = 5;

    private readonly Slot[] _slots = [.. Enumerable.Range(0, SlotCount).Select(_ => new Slot())];

    public static TimeSpan SlotLength { get; } = TimeSpan.FromSeconds(10);

    /// <summary>A command was committed.</summary>
    /// <param name="now">The time since the replica's start.</param>
    /// <param name="latency">How long its caller has waited.</param>
    public void OnCommitted(TimeSpan now, TimeSpan latency) => At(now).Latencies.Record(latency);

    /// <summary>Entries were applied.</summary>
    public void OnApplied(TimeSpan now, int entries) => At(now).Applied += entries;

    /// <summary>What happened in the window that ends at <paramref name="now"/>, and how long it is.</summary>
    public (LatencyHistogram Latencies, long Applied, TimeSpan Window) Look(TimeSpan now)
    {
        var newest = NumberOf(now);
        var oldest = Math.Max(0, newest - SlotCount + 1);
        var latencies = new LatencyHistogram(PrecisionBits);
        var applied = 0L;
        foreach (var slot in _slots)
        {
            var number = Volatile.Read(ref slot.Number);
            if (number < oldest || number > newest)
            {
                continue;
            }

            var copy = new LatencyHistogram(PrecisionBits);
            copy.Add(slot.Latencies);
            var count = Volatile.Read(ref slot.Applied);
            Interlocked.MemoryBarrier();
            if (Volatile.Read(ref slot.Number) == number)
            {
                latencies.Add(copy);
                applied += count;
            }
        }

        return (latencies, applied, now - (SlotLength * oldest));
    }

    private static long NumberOf(TimeSpan now) => now.Ticks / SlotLength.Ticks;

    private Slot At(TimeSpan now)
    {
        var number = NumberOf(now);
        var slot = _slots[number % SlotCount];
        if (slot.Number != number)
        {
            slot.Begin(number);
        }

        return slot;
    }

    private sealed class Slot
    {
        private const long None = -1;

        public long Number = None;
        public long Applied;

        public LatencyHistogram Latencies { get; } = new(PrecisionBits);

        public void Begin(long number)
        {
            Interlocked.Exchange(ref Number, None);
            Latencies.Reset();
            Applied = 0;
            Volatile.Write(ref Number, number);
        }
    }
}
