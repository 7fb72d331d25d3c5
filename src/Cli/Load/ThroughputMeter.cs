namespace Consensus.Cli.Load;

/// <summary>How many operations were done in each of the latest intervals: what a sparkline shows.</summary>
/// <remarks>Counting is safe from any thread; one thread closes the intervals and reads them.</remarks>
internal sealed class ThroughputMeter(int intervalsKept)
{
    private readonly Queue<double> _rates = new(intervalsKept);
    private long _count;
    private long _countAtLastInterval;

    /// <summary>How many operations were done in all.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Operations per second in the intervals that were kept, oldest first.</summary>
    public IReadOnlyCollection<double> Rates => _rates;

    /// <summary>Operations per second in the last interval.</summary>
    public double LastRate { get; private set; }

    /// <summary>One more was done.</summary>
    public void Add() => Interlocked.Increment(ref _count);

    /// <summary>Ends an interval that lasted <paramref name="length"/>.</summary>
    public void CloseInterval(TimeSpan length)
    {
        var count = Count;
        LastRate = length > TimeSpan.Zero ? (count - _countAtLastInterval) / length.TotalSeconds : 0;
        _countAtLastInterval = count;
        if (_rates.Count == intervalsKept)
        {
            _rates.Dequeue();
        }

        _rates.Enqueue(LastRate);
    }
}
