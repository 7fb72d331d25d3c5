using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Consensus.Client;
using Consensus.Engine;

namespace Consensus.Cli.Bench;

/// <summary>
/// Clients that write without a break, each value once and under a key of its own, and remember at which place of the log it was acknowledged. A value that is set by another entry in the end was written twice.
/// </summary>
/// <remarks>They are started once, and stopped once; then what they wrote can be looked for.</remarks>
internal sealed class SwitchWriters(KeyValueClient store, int clients, int valueSize)
{
    private const string Prefix = "switch-";
    private const int PageSize = 1_000;

    private readonly ConcurrentDictionary<string, LogIndex> _acknowledged = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly List<long> _moments = [];
    private readonly byte[] _value = Noise(valueSize);
    private long _failed;
    private LatencyHistogram _latencies = new();

    /// <summary>How many writes were not acknowledged.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>How many were.</summary>
    public int Acknowledged => _acknowledged.Count;

    /// <summary>When each was, in growing order.</summary>
    public IReadOnlyList<long> Moments
    {
        get
        {
            lock (_lock)
            {
                return [.. _moments];
            }
        }
    }

    /// <summary>Writes until it is stopped.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, clients).Select(client => RunAsync(client, stop)));

    /// <summary>What is acknowledged from now on is measured.</summary>
    public void Measure() => Interlocked.Exchange(ref _latencies, new LatencyHistogram());

    /// <summary>How long the measured writes took.</summary>
    public LatencyHistogram Latencies => _latencies;

    /// <summary>Reads back all that was acknowledged.</summary>
    /// <returns>How much of it is not there, and how much took effect once more than was acknowledged.</returns>
    /// <exception cref="CommandFailedException">A read was not answered: nothing can be said about the writes.</exception>
    public async Task<(long Lost, long Duplicated)> AuditAsync(CancellationToken cancellationToken)
    {
        var (found, duplicated) = (0L, 0L);
        await foreach (var page in store.ScanPagesAsync(Encoding.UTF8.GetBytes(Prefix), PageSize, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (!page.IsAnswered)
            {
                throw new CommandFailedException($"What was written could not be read back: {page.Refusal}. {page.Detail}");
            }

            foreach (var entry in page.Entries)
            {
                if (_acknowledged.TryGetValue(Encoding.UTF8.GetString(entry.Key.Span), out var index) && entry.Value.Span.SequenceEqual(_value))
                {
                    found++;
                    duplicated += entry.Version == index ? 0 : 1;
                }
            }
        }

        return (_acknowledged.Count - found, duplicated);
    }

    private static byte[] Noise(int size)
    {
        var noise = new byte[size];
        new Random(size).NextBytes(noise);
        return noise;
    }

    private async Task RunAsync(int client, CancellationToken stop)
    {
        try
        {
            for (var number = 0; !stop.IsCancellationRequested; number++)
            {
                var key = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{client}-{number}");
                var begun = TimeProvider.System.GetTimestamp();
                var result = await store.PutAsync(Encoding.UTF8.GetBytes(key), _value, cancellationToken: stop).ConfigureAwait(false);
                if (result.IsApplied)
                {
                    OnAcknowledged(key, result.Index, begun);
                }
                else
                {
                    Interlocked.Increment(ref _failed);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The write under way was not acknowledged, so nobody will look for it.
        }
    }

    private void OnAcknowledged(string key, LogIndex index, long begun)
    {
        _acknowledged[key] = index;
        lock (_lock)
        {
            var now = TimeProvider.System.GetTimestamp();
            _moments.Add(now);
            _latencies.Record(TimeProvider.System.GetElapsedTime(begun, now));
        }
    }
}
