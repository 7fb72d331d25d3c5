namespace Consensus.Storage.Log;

/// <summary>Keeps two batches for reuse: with the one being filled there are as many as a loop and its log's thread alternate between.</summary>
internal sealed class BatchPool
{
    private LogBatch? _first;
    private LogBatch? _second;

    public LogBatch Rent() => Interlocked.Exchange(ref _first, null) ?? Interlocked.Exchange(ref _second, null) ?? new LogBatch();

    public void Return(LogBatch batch)
    {
        batch.Clear();
        if (Interlocked.CompareExchange(ref _first, batch, null) is not null)
        {
            Interlocked.CompareExchange(ref _second, batch, null);
        }
    }
}
