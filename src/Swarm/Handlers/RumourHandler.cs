using System.Threading.Channels;
using Consensus.Gossip;

namespace Consensus.Swarm.Handlers;

/// <summary>One handler of the application's: what waits for it, and who hands it over, one after the other.</summary>
internal sealed class RumourHandler
{
    private readonly Func<Rumour, CancellationToken, ValueTask> _handle;
    private readonly Channel<Rumour> _waiting;
    private readonly SwarmCounts _counts;
    private readonly Action<GossipEvent> _raise;
    private volatile bool _hasEnded;

    public RumourHandler(string kind, Func<Rumour, CancellationToken, ValueTask> handle, int queuedMax, SwarmCounts counts, Action<GossipEvent> raise)
    {
        (Kind, _handle, _counts, _raise) = (kind, handle, counts, raise);
        _waiting = Channel.CreateBounded<Rumour>(new BoundedChannelOptions(queuedMax) { SingleReader = true });
    }

    public string Kind { get; }

    /// <summary>Puts a rumour where it waits; without room for it, it is lost.</summary>
    public void Offer(Rumour rumour)
    {
        if (!_waiting.Writer.TryWrite(rumour))
        {
            _counts.Add(SwarmCount.HandlerOverflows);
        }
    }

    /// <summary>Nothing is handed over any more, not even what waits; what the handler is at, it goes on with.</summary>
    public void End()
    {
        _hasEnded = true;
        _waiting.Writer.TryComplete();
    }

    /// <summary>Hands over what waits, until it ends.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var rumour in _waiting.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_hasEnded)
            {
                return;
            }

            await HandOverAsync(rumour, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask HandOverAsync(Rumour rumour, CancellationToken cancellationToken)
    {
        try
        {
            await _handle(rumour, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            _counts.Add(SwarmCount.HandlerFailures);
            _raise(new HandlerFailed(Kind, rumour.Id, exception));
        }
    }
}
