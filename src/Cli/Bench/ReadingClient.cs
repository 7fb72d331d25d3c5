using System.Runtime.CompilerServices;

namespace Consensus.Cli.Bench;

/// <summary>Writes a value under each of its keys, and then reads them, one after the other, over and over, and compares.</summary>
/// <param name="target">The cluster.</param>
/// <param name="client">Who asks: 0 for the first client.</param>
/// <param name="valueSize">The length of each value in bytes.</param>
/// <param name="consistency">How current each answer must be.</param>
internal sealed class ReadingClient(IBenchTarget target, int client, int valueSize, ReadConsistency consistency) : IBenchClient
{
    private const int AttemptsMax = 1_000;

    private readonly BenchKeys _keys = new(client, valueSize);
    private int _next;

    /// <inheritdoc/>
    /// <exception cref="CommandFailedException">A value could not be written.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < BenchKeys.Count; i++)
        {
            if (!await target.PutAsync(client, _keys.Key(i), _keys.Value(i), cancellationToken).ConfigureAwait(false))
            {
                throw new CommandFailedException($"Client {client} could not write the value that it was to read: the cluster did not acknowledge it.");
            }
        }

        // All nodes apply writes in one order: where the last one shows, no later read, however stale, may miss an earlier one.
        for (var attempt = 0; consistency == ReadConsistency.Stale && await ReadAsync(BenchKeys.Count - 1, cancellationToken).ConfigureAwait(false) != BenchOutcome.Done; attempt++)
        {
            if (attempt == AttemptsMax)
            {
                throw new CommandFailedException($"Client {client} does not see what it wrote at the node that it asks: the node does not follow.");
            }

            await Task.Delay(1, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask<BenchOutcome> NextAsync(CancellationToken cancellationToken)
    {
        var i = _next;
        _next = (i + 1) % BenchKeys.Count;
        return ReadAsync(i, cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<BenchOutcome> ReadAsync(int i, CancellationToken cancellationToken)
    {
        var answer = await target.GetAsync(client, _keys.Key(i), consistency, cancellationToken).ConfigureAwait(false);
        return !answer.IsAnswered ? BenchOutcome.Failed
            : answer.IsFound && answer.Value.Span.SequenceEqual(_keys.Value(i).Span) ? BenchOutcome.Done
            : BenchOutcome.Wrong;
    }
}
