using System.Collections.Immutable;
using Consensus.Engine;
using Consensus.Simulation.Faults;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Tests.Faults;

/// <summary>Machines that never run, of which the atlas is told what they have on their disks and which configurations they go by.</summary>
internal sealed class AtlasGroup
{
    private static readonly int[] Roles = [.. Enum.GetValues<MemberRole>().Cast<int>()];
    private readonly World _world;

    public AtlasGroup(int nodes, bool isUnsafe = false, SimulatedProtocol? protocol = null)
    {
        _world = new World(1, new SimulationOptions { Nodes = nodes, IsUnsafe = isUnsafe, Protocol = protocol ?? SimulatedProtocol.Raft });
        for (var i = 0; i < nodes; i++)
        {
            _world.AddNode();
        }
    }

    public FaultAtlas Atlas => _world.Atlas;

    public int Count => _world.Nodes.Count;

    public SimulatedNode this[int id] => _world.Nodes[id - 1];

    /// <summary>Reads <c>1 2 3L 4J 5X / 1 2 5</c>: voters, a learner, one that joins, one that leaves; and the outgoing voters.</summary>
    public static ClusterMembership Parse(string text)
    {
        var parts = text.Split('/');
        return new ClusterMembership(
            [.. Words(parts[0]).Select(word => new Member(Id(word.TrimEnd('L', 'J', 'X')), $"node-{word}", (MemberRole)Roles[Math.Max(0, " LJX".IndexOf(word[^1], StringComparison.Ordinal))]))],
            [.. Words(parts.Length > 1 ? parts[1] : "").Select(Id)]);
    }

    public static IEnumerable<int> Numbers(string text) => Words(text).Select(int.Parse);

    /// <summary>A node goes by a configuration.</summary>
    public void GoesBy(int node, string configuration, ulong commit = 0, ulong epoch = 0) =>
        _world.Observatory.OnTurn(this[node], new CoreStatus(ReplicaRole.Follower, NodeId.None, 1, default, new LogIndex(commit), Parse(configuration)) { Epoch = new Epoch(epoch) }, new EffectBuffer(default));

    /// <summary>A node starts with so many entries of a log that all have in common; the configuration is that of the group's creation.</summary>
    public void Starts(int node, string configuration, ulong entries = 0, ulong term = 1) => _world.Observatory.OnStarted(this[node], new RecoveredState
    {
        Snapshot = null,
        Base = LogPosition.Origin,
        Entries = [.. Enumerable.Range(1, (int)entries).Select(index => Entry((ulong)index, EntryKind.NoOp, [], term))],
        Slots = ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>>.Empty,
        LastLsn = new Lsn(entries),
        Bootstrap = Parse(configuration),
        AcceptsWrites = true,
    });

    /// <summary>A node writes a configuration into its log.</summary>
    public void Writes(int node, ulong index, string configuration) => _world.Observatory.OnStaged(
        this[node], new LogRecord(LogRecordKind.Entry, new Lsn(index), Entry(index, EntryKind.Membership, MembershipCodec.Encode(Parse(configuration))), 0, default));

    /// <summary>A node turns Byzantine.</summary>
    public void Corrupt(int node) => _world.TurnByzantine(this[node]);

    public void LoseDisk(int node) => _world.LoseDisk(this[node]);

    public void Retire(int node) => _world.Retire(this[node]);

    public bool MayLoseTail(int node, ulong last, ulong term = 1) =>
        Atlas.MayLoseTail(this[node], new LogPart(new Lsn(last), EntryMark.Of(Entry(last, EntryKind.NoOp, [], term))));

    private static LogEntry Entry(ulong index, EntryKind kind, byte[] payload, ulong term = 1) =>
        new(new LogIndex(index), new Term(term), kind, default, payload, Cryptography.Blake3.Hash([(byte)index, (byte)term]));

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static NodeId Id(string text) => new(uint.Parse(text));
}
