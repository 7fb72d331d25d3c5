using Consensus.Engine;

namespace Consensus.Cli.Bench;

/// <summary>
/// Clients that each do one operation after the other, the next as soon as the last one is acknowledged or answered. Latency is measured from
/// the call to the acknowledgement.
/// </summary>
/// <remarks>
/// A closed loop slows down with its server, so its latencies say how the cluster does under just this many clients, and not what callers
/// would see who come at a given rate (coordinated omission).
/// </remarks>
internal sealed class ClosedLoop(IBenchTarget target, BenchOptions options)
{
    private readonly LatencyHistogram _latencies = new();
    private long _failed;
    private long _wrong;
    private volatile bool _isMeasuring;

    /// <summary>Warms up, measures, and stops the clients.</summary>
    public async Task<LoadMeasurement> RunAsync(CancellationToken cancellationToken)
    {
        IBenchClient[] workers = [.. Enumerable.Range(0, options.Clients).Select(CreateClient)];
        await Task.WhenAll(workers.Select(client => client.PrepareAsync(cancellationToken))).ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var clients = Task.WhenAll(workers.Select(client => Task.Run(() => WorkAsync(client, stop.Token), CancellationToken.None)));
        try
        {
            await WaitAsync(options.WarmUp, clients, cancellationToken).ConfigureAwait(false);
            var before = target.MeasureResources();
            var start = TimeProvider.System.GetTimestamp();
            _isMeasuring = true;
            var memory = await WaitAndLookAsync(clients, cancellationToken).ConfigureAwait(false);
            _isMeasuring = false;
            var elapsed = TimeProvider.System.GetElapsedTime(start);
            var after = target.MeasureResources();
            return new LoadMeasurement(
                _latencies,
                _latencies.Count,
                Interlocked.Read(ref _failed),
                Interlocked.Read(ref _wrong),
                elapsed,
                after.Processor - before.Processor,
                after.AllocatedBytes - before.AllocatedBytes,
                MemorySummary.Of(memory, options.MemoryInterval));
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await clients.ConfigureAwait(false);
        }
    }

    private static async Task WaitAsync(TimeSpan duration, Task clients, CancellationToken cancellationToken)
    {
        // A client ends early only by an exception: the measurement is over then.
        if (await Task.WhenAny(clients, Task.Delay(duration, cancellationToken)).ConfigureAwait(false) == clients)
        {
            await clients.ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Waits for as long as is measured, and looks at the memory in between, if that is long enough for a trend.</summary>
    private async Task<IReadOnlyCollection<MemoryUse>> WaitAndLookAsync(Task clients, CancellationToken cancellationToken)
    {
        var samples = new List<MemoryUse>();
        var left = options.Duration;
        if (left >= options.MemoryInterval * MemorySummary.SamplesMin)
        {
            for (; left >= options.MemoryInterval; left -= options.MemoryInterval)
            {
                await WaitAsync(options.MemoryInterval, clients, cancellationToken).ConfigureAwait(false);
                samples.Add(target.MeasureMemory());
            }
        }

        await WaitAsync(left, clients, cancellationToken).ConfigureAwait(false);
        return samples;
    }

    private IBenchClient CreateClient(int client) => options.Load switch
    {
        BenchLoad.Writes => new WritingClient(target, client, options.ValueSize),
        BenchLoad.Reads => new ReadingClient(target, client, options.ValueSize, ReadConsistency.Linearizable),
        BenchLoad.StaleReads => new ReadingClient(target, client, options.ValueSize, ReadConsistency.Stale),
    };

    private async Task WorkAsync(IBenchClient client, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var start = TimeProvider.System.GetTimestamp();
            BenchOutcome outcome;
            try
            {
                outcome = await client.NextAsync(stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }

            if (outcome == BenchOutcome.Wrong)
            {
                // However early: a wrong answer before the measurement is as wrong as one in it.
                Interlocked.Increment(ref _wrong);
            }
            else if (_isMeasuring && outcome == BenchOutcome.Done)
            {
                _latencies.Record(TimeProvider.System.GetElapsedTime(start));
            }
            else if (_isMeasuring)
            {
                Interlocked.Increment(ref _failed);
            }
        }
    }
}
