using System.Collections.Concurrent;
using System.Text;
using Consensus.Cli.Bench;

namespace Consensus.Cli.Tests.Bench;

/// <summary>A cluster that is a dictionary, and does as the test says.</summary>
internal sealed class MemoryBenchTarget : IBenchTarget
{
    private readonly ConcurrentDictionary<string, byte[]> _values = new(StringComparer.Ordinal);

    /// <summary>Whether writes are acknowledged.</summary>
    public bool AcceptsWrites { get; set; } = true;

    /// <summary>Changes the answer of each read.</summary>
    public Func<BenchAnswer, BenchAnswer> Distort { get; set; } = answer => answer;

    /// <summary>What the reads asked for, in their order.</summary>
    public ConcurrentQueue<ReadConsistency> Reads { get; } = new();

    /// <summary>How often the memory was looked at.</summary>
    public int Looks { get; private set; }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask<bool> PutAsync(int client, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        await Task.Yield();
        _values[Encoding.UTF8.GetString(key.Span)] = value.ToArray();
        return AcceptsWrites;
    }

    public async ValueTask<BenchAnswer> GetAsync(int client, ReadOnlyMemory<byte> key, ReadConsistency consistency, CancellationToken cancellationToken)
    {
        await Task.Yield();
        Reads.Enqueue(consistency);
        var isFound = _values.TryGetValue(Encoding.UTF8.GetString(key.Span), out var value);
        return Distort(new BenchAnswer(IsAnswered: true, isFound, value));
    }

    public ResourceUse MeasureResources() => new(TimeSpan.Zero, null);

    public MemoryUse MeasureMemory() => new(WorkingSet: 100 + (++Looks * 10), ManagedHeap: 50);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
