using System.Collections.Immutable;
using System.Text;
using Consensus.Engine;
using Consensus.Simulation.Checkers;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Tests.Checkers;

/// <summary>Three nodes that do nothing by themselves: a test says what they do, and a checker looks at it.</summary>
internal sealed class CheckerBed
{
    private readonly World _world;
    private readonly EntryChain _chain = new();
    private readonly Dictionary<NodeId, EffectBuffer> _effects = [];

    public CheckerBed(Func<Observatory, Checker> checker, int nodes = 3)
    {
        _world = new World(1, new SimulationOptions { Nodes = nodes });
        for (var i = 0; i < nodes; i++)
        {
            _world.AddNode();
        }

        _world.Add(checker(_world.Observatory));
        foreach (var node in _world.Nodes)
        {
            Start(node.Id.Value, Recovered());
        }
    }

    public ClusterMembership Members => _world.Settings.Bootstrap;

    /// <summary>Wants one violation, and that it says certain things.</summary>
    public void AssertViolation(params string[] parts)
    {
        Assert.That(_world.Violations, Has.Count.EqualTo(1));
        Assert.Multiple(() => parts.ToList().ForEach(part => Assert.That(_world.Violations[0].Description, Does.Contain(part))));
    }

    public void AssertNone() => Assert.That(_world.Violations, Is.Empty);

    public void Add(Checker checker) => _world.Add(checker);

    /// <summary>An entry behind others.</summary>
    public LogEntry Entry(ulong term, string text, LogEntry after = default, EntryKind kind = EntryKind.Command)
    {
        var payload = new byte[CommandEnvelope.HeaderSize + text.Length];
        CommandEnvelope.WriteHeader(payload, CommandKind.Command, new RequestId(new ClientId(7), 1), 0);
        Encoding.ASCII.GetBytes(text, payload.AsSpan(CommandEnvelope.HeaderSize));
        return Entry(term, payload, after, kind);
    }

    public LogEntry Entry(ulong term, byte[] payload, LogEntry after, EntryKind kind)
    {
        var index = after.Index.Next;
        return new LogEntry(index, new Term(term), kind, default, payload, _chain.Next(after.Chain, index, new Term(term), kind, default, payload));
    }

    /// <summary>What a node finds on its disk.</summary>
    public static RecoveredState Recovered(ulong lsn = 0, SnapshotDescriptor? snapshot = null, LogPosition position = default, LogEntry[]? entries = null, byte[]? slot = null) => new()
    {
        Snapshot = snapshot,
        Base = position,
        Entries = entries ?? [],
        Slots = slot is null ? ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>>.Empty : ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>>.Empty.Add(1, slot),
        LastLsn = new Lsn(lsn),
        Bootstrap = ClusterMembership.Empty,
        AcceptsWrites = true,
    };

    public static Digest Hash(byte value)
    {
        var bytes = new byte[Digest.Size];
        bytes[0] = value;
        return new Digest(bytes);
    }

    public SnapshotDescriptor Snapshot(LogEntry last, Digest state) => new()
    {
        Epoch = default,
        Position = new LogPosition(last.Index, last.Term, last.Chain),
        Time = default,
        Membership = Members,
        StateHash = state,
        Length = 1,
        Checksum = default,
    };

    public void Start(ulong node, RecoveredState recovered)
    {
        _effects[Id(node)] = new EffectBuffer(recovered.LastLsn);
        _world.OnStarted(Node(node), recovered);
    }

    /// <summary>A core takes a turn, and stages what it wants in its log.</summary>
    /// <param name="node">Which.</param>
    /// <param name="role">What it is at the end.</param>
    /// <param name="term">Its term.</param>
    /// <param name="commit">Its commit index.</param>
    /// <param name="doings">What it wants done.</param>
    public void Turn(ulong node, ReplicaRole role, ulong term, ulong commit = 0, Action<EffectBuffer>? doings = null)
    {
        var effects = _effects[Id(node)];
        doings?.Invoke(effects);
        var view = _world.Observatory.ViewOf(Id(node));
        var last = effects.Records.Aggregate(view.Last, (index, record) => record.Kind switch
        {
            LogRecordKind.Truncate => record.Entry.Index - 1,
            LogRecordKind.Entry or LogRecordKind.Base => record.Entry.Index,
            LogRecordKind.Slot => index,
        });
        _world.OnTurn(Node(node), new CoreStatus(role, role == ReplicaRole.Leader ? Id(node) : NodeId.None, term, last, new LogIndex(commit), Members), effects);
        foreach (var record in effects.Records)
        {
            _world.OnStaged(Node(node), record);
        }

        effects.Clear();
    }

    /// <summary>A leader of a term: what it was before does not count.</summary>
    public void Lead(ulong node, ulong term, ulong commit = 0, params LogEntry[] entries) => Turn(node, ReplicaRole.Leader, term, commit, Appending(entries));

    public void Follow(ulong node, ulong term, ulong commit = 0, params LogEntry[] entries) => Turn(node, ReplicaRole.Follower, term, commit, Appending(entries));

    /// <summary>All that was staged is on disk.</summary>
    public void Flush(params ulong[] nodes)
    {
        foreach (var node in nodes)
        {
            _world.OnDurable(Node(node), _effects[Id(node)].LastLsn);
        }
    }

    public void Apply(ulong node, LogEntry entry, Digest state) =>
        _world.OnApplied(Node(node), entry, new AppliedCommand(default, CommandOutcome.Applied, entry.Index, default), state);

    public void Save(ulong node, SnapshotDescriptor snapshot) => _world.OnSaved(Node(node), snapshot);

    public void Restore(ulong node, SnapshotDescriptor snapshot, Digest state) => _world.OnRestored(Node(node), snapshot, state);

    public void Send(ulong node, ulong to, ProtocolMessage message) => _world.OnSending(Node(node), Id(to), message);

    public void AskForRead(ulong node, ulong ticket) => _world.OnReadRequested(Node(node), new Ticket(ticket));

    public void End(ulong node) => _world.OnEnded(Node(node), null);

    public World World => _world;

    private static NodeId Id(ulong node) => new((uint)node);

    private static Action<EffectBuffer> Appending(LogEntry[] entries) => effects => entries.ToList().ForEach(entry => effects.Append(entry));

    private SimulatedNode Node(ulong node) => _world.Nodes[(int)node - 1];
}
