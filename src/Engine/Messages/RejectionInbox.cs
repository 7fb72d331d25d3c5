using System.Collections.Concurrent;

namespace Consensus.Engine;

/// <summary>Counts the unacceptable messages of each member until the loop has heard of them: one item of each waits at most, however many come.</summary>
/// <param name="post">Posts to the loop.</param>
/// <remarks>Safe to use from any number of threads.</remarks>
internal sealed class RejectionInbox(Action<object> post)
{
    private readonly ConcurrentDictionary<NodeId, Pending> _pending = new();

    /// <summary>A message is not acceptable.</summary>
    /// <param name="peer">The authenticated sender.</param>
    /// <param name="membership">Who belongs to the group: of others nothing is kept.</param>
    public void OnRejected(NodeId peer, ClusterMembership membership)
    {
        if (membership.Find(peer) is not null && _pending.GetOrAdd(peer, static id => new Pending(id)) is var pending && pending.Add())
        {
            post(pending);
        }
    }

    /// <summary>What waits of one member.</summary>
    internal sealed class Pending(NodeId peer)
    {
        private int _count;

        /// <summary>Counts one more.</summary>
        /// <returns>Whether it is the first since the loop has heard of it.</returns>
        public bool Add() => Interlocked.Increment(ref _count) == 1;

        /// <summary>The loop hears of it.</summary>
        public MessagesRejected Take() => new(peer, Interlocked.Exchange(ref _count, 0));
    }
}
