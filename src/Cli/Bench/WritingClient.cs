using System.Runtime.CompilerServices;

namespace Consensus.Cli.Bench;

/// <summary>Writes the values of its keys, one after the other, over and over.</summary>
/// <param name="target">The cluster.</param>
/// <param name="client">Who asks: 0 for the first client.</param>
/// <param name="valueSize">The length of each value in bytes.</param>
internal sealed class WritingClient(IBenchTarget target, int client, int valueSize) : IBenchClient
{
    private readonly BenchKeys _keys = new(client, valueSize);
    private int _next;

    /// <inheritdoc/>
    public Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<BenchOutcome> NextAsync(CancellationToken cancellationToken)
    {
        var i = _next;
        _next = (i + 1) % BenchKeys.Count;
        return await target.PutAsync(client, _keys.Key(i), _keys.Value(i), cancellationToken).ConfigureAwait(false) ? BenchOutcome.Done : BenchOutcome.Failed;
    }
}
