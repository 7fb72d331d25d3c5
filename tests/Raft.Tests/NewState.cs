using System.Collections.Immutable;
using Consensus.Engine;
using Consensus.Raft.Messages;

namespace Consensus.Raft.Tests;

/// <summary>The shared state of a replica whose parts are tested one by one, as it is after its first start.</summary>
internal static class NewState
{
    public static RaftState Of(uint self, ClusterMembership membership, RaftOptions? options = null, ulong seed = 1, SnapshotDescriptor? snapshot = null) => new(
        new CoreContext
        {
            Self = new NodeId(self),
            Epoch = default,
            Recovered = new RecoveredState
            {
                Snapshot = snapshot,
                Base = snapshot?.Position ?? LogPosition.Origin,
                Entries = [],
                Slots = ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>>.Empty,
                LastLsn = Lsn.Zero,
                Bootstrap = membership,
                AcceptsWrites = true,
            },
            Seed = seed,
            Now = new Ticks(TimeSpan.FromMinutes(1).Ticks),
        },
        options ?? new RaftOptions());

    /// <summary>A group of voters numbered from 1.</summary>
    public static ClusterMembership Voters(int count) => new([.. Enumerable.Range(1, count).Select(id => new Member(new NodeId((uint)id), $"n{id}"))], []);

    /// <summary>The messages of one kind that were sent since the effects were last cleared.</summary>
    public static IEnumerable<(NodeId To, T Message)> Sent<T>(this RaftState state)
        where T : ProtocolMessage, IRaftMessage =>
        state.Effects.Messages.Where(sent => sent.Message is T).Select(sent => (sent.To, (T)sent.Message));
}
