using System.Collections.Immutable;
using Consensus.Gossip;
using Consensus.Swarm.Hosting;

namespace Consensus.Swarm.Handlers;

/// <summary>The application's handlers, by kind: several of one kind each get all. Safe to use from any number of threads.</summary>
internal sealed class RumourHandlers(SwarmCounts counts, BackgroundWork work, Action<GossipEvent> raise)
{
    /// <summary>For handlers that get all rumours: no kind is empty.</summary>
    public const string AnyKind = "";

    private ImmutableDictionary<string, ImmutableArray<RumourHandler>> _byKind = ImmutableDictionary<string, ImmutableArray<RumourHandler>>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>Adds a handler, until what is returned is disposed of.</summary>
    /// <exception cref="ObjectDisposedException">The node has ended.</exception>
    public IDisposable Add(string kind, Func<Rumour, CancellationToken, ValueTask> handle, int queuedMax)
    {
        var handler = new RumourHandler(kind, handle, queuedMax, counts, raise);
        ObjectDisposedException.ThrowIf(!work.TryBegin(handler.RunAsync), typeof(SwarmNode));
        ImmutableInterlocked.AddOrUpdate(ref _byKind, kind, [handler], (_, others) => others.Add(handler));
        return new Registration(this, handler);
    }

    /// <summary>Hands a rumour to those that are for it.</summary>
    public void Deliver(Rumour rumour)
    {
        counts.Add(SwarmCount.Deliveries);
        if (!TryOffer(rumour.Kind, rumour) & !TryOffer(AnyKind, rumour))
        {
            counts.Add(SwarmCount.Unhandled);
        }
    }

    private bool TryOffer(string kind, Rumour rumour)
    {
        if (!_byKind.TryGetValue(kind, out var handlers))
        {
            return false;
        }

        foreach (var handler in handlers)
        {
            handler.Offer(rumour);
        }

        return !handlers.IsEmpty;
    }

    private sealed class Registration(RumourHandlers owner, RumourHandler handler) : IDisposable
    {
        public void Dispose()
        {
            ImmutableInterlocked.AddOrUpdate(ref owner._byKind, handler.Kind, [], (_, others) => others.Remove(handler));
            handler.End();
        }
    }
}
