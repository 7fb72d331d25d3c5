using System.Text;
using Consensus.Engine;

namespace Consensus.Cli.Bench;

/// <summary>
/// Clients that each write one value after the other, the next as soon as the last one is acknowledged. Latency is measured from the call to
/// the acknowledgement.
/// </summary>
/// <remarks>
/// A closed loop slows down with its server, so its latencies say how the cluster does under just this many clients, and not what callers
/// would see who come at a given rate (coordinated omission).
/// </remarks>
internal sealed class ClosedLoop(IBenchTarget target, BenchOptions options)
{
    private const int KeysPerClient = 64;

    private readonly LatencyHistogram _latencies = new();
    private long _failed;
    private volatile bool _isMeasuring;

    /// <summary>Warms up, measures, and stops the clients.</summary>
    public async Task<LoadMeasurement> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var clients = Task.WhenAll(Enumerable.Range(0, options.Clients).Select(client => Task.Run(() => WorkAsync(client, stop.Token), CancellationToken.None)));
        try
        {
            await WaitAsync(options.WarmUp, clients, cancellationToken).ConfigureAwait(false);
            var before = target.MeasureResources();
            var start = TimeProvider.System.GetTimestamp();
            _isMeasuring = true;
            await WaitAsync(options.Duration, clients, cancellationToken).ConfigureAwait(false);
            _isMeasuring = false;
            var elapsed = TimeProvider.System.GetElapsedTime(start);
            var after = target.MeasureResources();
            return new LoadMeasurement(
                _latencies, _latencies.Count, Interlocked.Read(ref _failed), elapsed, after.Processor - before.Processor, after.AllocatedBytes - before.AllocatedBytes);
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

    private async Task WorkAsync(int client, CancellationToken stop)
    {
        var keys = Enumerable.Range(0, KeysPerClient).Select(i => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes($"bench-{client}-{i}")).ToArray();
        var value = new byte[options.ValueSize];
        new Random(client).NextBytes(value);
        for (var i = 0; !stop.IsCancellationRequested; i = (i + 1) % KeysPerClient)
        {
            var start = TimeProvider.System.GetTimestamp();
            bool isDone;
            try
            {
                isDone = await target.PutAsync(client, keys[i], value, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }

            if (!_isMeasuring)
            {
                continue;
            }

            if (isDone)
            {
                _latencies.Record(TimeProvider.System.GetElapsedTime(start));
            }
            else
            {
                Interlocked.Increment(ref _failed);
            }
        }
    }
}
