using System.Globalization;
using System.Security.Cryptography;

namespace Consensus.AspNetCore.Events;

/// <summary>
/// The latest events of this node, numbered, so that a stream that broke off can go on where it was. One reader for all streams, begun with the first of
/// them: nobody can have been told of an event before that.
/// </summary>
/// <remarks>
/// At most <see cref="KeptMax"/> events are kept, whoever reads and however slowly; a stream that falls further behind is told how many it has missed. Safe to use from
/// any number of threads.
/// </remarks>
internal sealed class EventHistory
{
    public const int KeptMax = 1024;

    private readonly Lock _lock = new();
    private readonly ConsensusEvent?[] _ring = new ConsensusEvent?[KeptMax];

    // A number of 128 random bits: no two runs, and no two nodes, have the same.
    private readonly string _run = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    private TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _last;
    private bool _isStarted;
    private bool _hasEnded;
    private Exception? _failure;

    /// <summary>Begins to keep events, if that has not begun.</summary>
    /// <returns>The number of the last event before now.</returns>
    public long Join(IConsensus consensus, CancellationToken stopping)
    {
        lock (_lock)
        {
            if (_isStarted)
            {
                return _last;
            }

            _isStarted = true;
        }

        // What happens from here on belongs to whoever joins first, and the subscription begins before this returns.
        _ = KeepAsync(consensus, stopping);
        return 0;
    }

    /// <summary>How an event is named to clients, and understood again: by its node, its run and its number.</summary>
    public string IdOf(NodeId node, long number) => string.Create(CultureInfo.InvariantCulture, $"{node.Value}.{_run}.{number}");

    /// <summary>Finds the place that an id names.</summary>
    /// <param name="id">What a client has seen last.</param>
    /// <param name="node">This node.</param>
    /// <param name="number">The number of that event.</param>
    /// <returns>Whether all that followed it is still here.</returns>
    public bool TryResume(string? id, NodeId node, out long number)
    {
        number = 0;
        var prefix = string.Create(CultureInfo.InvariantCulture, $"{node.Value}.{_run}.");
        if (id is null || !id.StartsWith(prefix, StringComparison.Ordinal) || !long.TryParse(id.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            return false;
        }

        lock (_lock)
        {
            return number <= _last && number >= _last - KeptMax;
        }
    }

    /// <summary>Looks for the event after a number.</summary>
    public Step After(long number)
    {
        lock (_lock)
        {
            if (number < _last - KeptMax)
            {
                return new Step(null, _last - KeptMax - number, HasEnded: false, null, Task.CompletedTask);
            }

            return number < _last
                ? new Step(_ring[number % KeptMax], 0, HasEnded: false, null, Task.CompletedTask)
                : new Step(null, 0, _hasEnded, _failure, _arrival.Task);
        }
    }

    private async Task KeepAsync(IConsensus consensus, CancellationToken stopping)
    {
        try
        {
            await foreach (var happened in consensus.EventsAsync(stopping).ConfigureAwait(false))
            {
                Keep(happened);
            }

            End(null);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            End(null);
        }
        catch (Exception exception)
        {
            // Each stream tells its own client, and the log.
            End(exception);
        }
    }

    private void Keep(ConsensusEvent happened)
    {
        lock (_lock)
        {
            _ring[_last++ % KeptMax] = happened;
            Announce();
        }
    }

    private void End(Exception? failure)
    {
        lock (_lock)
        {
            _failure = failure;
            _hasEnded = true;
            _arrival.TrySetResult();
        }
    }

    private void Announce()
    {
        _arrival.TrySetResult();
        _arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>What follows an event.</summary>
    /// <param name="Happened">The next event, if it is here.</param>
    /// <param name="Missed">How many that follow are here no longer.</param>
    /// <param name="HasEnded">Whether no other will come.</param>
    /// <param name="Failure">Why, if it was not meant.</param>
    /// <param name="Arrival">Completes when there is more to look at.</param>
    internal readonly record struct Step(ConsensusEvent? Happened, long Missed, bool HasEnded, Exception? Failure, Task Arrival);
}
