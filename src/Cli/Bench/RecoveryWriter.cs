using System.Buffers.Binary;
using System.Text;
using Consensus.Client;

namespace Consensus.Cli.Bench;

/// <summary>A client that writes without a break, each value under a key of its own, and remembers what was acknowledged.</summary>
/// <remarks>It is started once, and stopped once; then it can look for what it wrote.</remarks>
internal sealed class RecoveryWriter(KeyValueClient store)
{
    private const int ValueSize = 256;
    private const int ReadersMax = 32;

    private readonly Lock _lock = new();
    private readonly List<int> _acknowledged = [];
    private (long BegunFrom, int Count, TaskCompletionSource<long> Reached)? _awaited;
    private long _failed;

    /// <summary>How many writes were acknowledged.</summary>
    public int Acknowledged
    {
        get
        {
            lock (_lock)
            {
                return _acknowledged.Count;
            }
        }
    }

    /// <summary>How many were not.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Writes until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            for (var number = 0; !stop.IsCancellationRequested; number++)
            {
                var begun = TimeProvider.System.GetTimestamp();
                var result = await store.PutAsync(Key(number), Value(number), cancellationToken: stop).ConfigureAwait(false);
                if (result.IsApplied)
                {
                    OnAcknowledged(number, begun);
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

    /// <summary>Waits until writes that were begun no earlier than a moment are acknowledged.</summary>
    /// <param name="begunFrom">The moment, as a timestamp. A write that was under way then may have been acknowledged by who is gone now.</param>
    /// <param name="count">How many writes.</param>
    /// <returns>When the last of them was acknowledged. One caller at a time may wait.</returns>
    public Task<long> WaitForAsync(long begunFrom, int count)
    {
        var reached = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _awaited = (begunFrom, count, reached);
        }

        return reached.Task;
    }

    /// <summary>Reads back all that was acknowledged.</summary>
    /// <returns>How much of it is not there.</returns>
    /// <exception cref="CommandFailedException">A read was not answered: nothing can be said about its write.</exception>
    public async Task<long> CountLostAsync(CancellationToken cancellationToken)
    {
        var lost = 0L;
        var options = new ParallelOptions { MaxDegreeOfParallelism = ReadersMax, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(_acknowledged, options, async (number, token) =>
        {
            var answer = await store.GetAsync(Key(number), cancellationToken: token).ConfigureAwait(false);
            if (!answer.IsAnswered)
            {
                throw new CommandFailedException($"Write {number} could not be read back: {answer.Refusal}.");
            }

            if (!answer.IsFound || !answer.Value.Span.SequenceEqual(Value(number)))
            {
                Interlocked.Increment(ref lost);
            }
        }).ConfigureAwait(false);
        return lost;
    }

    private static byte[] Key(int number) => Encoding.UTF8.GetBytes($"recovery-{number}");

    private static byte[] Value(int number)
    {
        var value = new byte[ValueSize];
        BinaryPrimitives.WriteInt32LittleEndian(value, number);
        return value;
    }

    private void OnAcknowledged(int number, long begun)
    {
        var now = TimeProvider.System.GetTimestamp();
        lock (_lock)
        {
            _acknowledged.Add(number);
            if (_awaited is not { } awaited || begun < awaited.BegunFrom)
            {
                return;
            }

            if (awaited.Count > 1)
            {
                _awaited = (awaited.BegunFrom, awaited.Count - 1, awaited.Reached);
                return;
            }

            _awaited = null;
            awaited.Reached.SetResult(now);
        }
    }
}
