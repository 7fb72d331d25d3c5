using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Consensus.Engine;

/// <summary>Hands events to any number of readers, each with a bounded queue of its own: a slow reader loses events, never slows the replica.</summary>
internal sealed class EventHub
{
    private const int QueuedMax = 1024;

    private readonly Lock _lock = new();
    private readonly List<Subscription> _subscriptions = [];
    private bool _isClosed;

    public void Publish(ConsensusEvent happening)
    {
        lock (_lock)
        {
            foreach (var subscription in _subscriptions)
            {
                subscription.Offer(happening);
            }
        }
    }

    /// <summary>Ends all readers after what they have queued.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            _subscriptions.ForEach(subscription => subscription.Channel.Writer.TryComplete());
        }
    }

    /// <summary>Subscribes at once, and reads until cancelled or closed.</summary>
    public IAsyncEnumerable<ConsensusEvent> Subscribe(CancellationToken cancellationToken)
    {
        var subscription = new Subscription();
        lock (_lock)
        {
            _subscriptions.Add(subscription);
            if (_isClosed)
            {
                subscription.Channel.Writer.TryComplete();
            }
        }

        return ReadAsync(subscription, cancellationToken);
    }

    private async IAsyncEnumerable<ConsensusEvent> ReadAsync(Subscription subscription, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var happening in subscription.Channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (Interlocked.Exchange(ref subscription.Lost, 0) is > 0 and var lost)
                {
                    yield return new EventsLost(lost);
                }

                yield return happening;
            }
        }
        finally
        {
            lock (_lock)
            {
                _subscriptions.Remove(subscription);
            }
        }
    }

    private sealed class Subscription
    {
        public long Lost;

        public Channel<ConsensusEvent> Channel { get; } = System.Threading.Channels.Channel.CreateBounded<ConsensusEvent>(
            new BoundedChannelOptions(QueuedMax) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

        public void Offer(ConsensusEvent happening)
        {
            if (!Channel.Writer.TryWrite(happening))
            {
                Interlocked.Increment(ref Lost);
            }
        }
    }
}
