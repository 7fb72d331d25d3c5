using System.Buffers.Binary;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid;
using Consensus.Replication.Sessions;
using Consensus.Simulation.Checkers;
using Consensus.Simulation.Clients;
using Consensus.Simulation.Faults;
using Consensus.Simulation.Network;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;
using Consensus.Simulation.Time;
using Consensus.Storage;
using Consensus.Storage.Log;

namespace Consensus.Simulation.Runs;

/// <summary>Everything that exists in one run, and who looks at it.</summary>
internal sealed class World : INetworkObserver, INodeObserver, ICallObserver
{
    /// <summary>What the size of segments is drawn from.</summary>
    private static readonly int[] SegmentSizes = [256 * 1024, 256 * 1024, 256 * 1024, 64 * 1024, 16 * 1024, 8 * 1024];

    private static readonly List<Checker> Nobody = [];

    private readonly ulong _seed;
    private readonly List<SimulatedNode> _nodes = [];
    private readonly List<Checker> _checkers = [];
    private readonly List<Violation> _violations = [];
    private readonly TraceDigest _trace = new();
    private readonly TraceWriter? _lines;
    private readonly ProtocolKeys _keys;
    private bool _hasInventions;

    public World(ulong seed, SimulationOptions options, TextWriter? trace = null)
    {
        if (options.Nodes < options.Protocol.NodesMin)
        {
            throw new ArgumentException($"A group of {options.Protocol.Name} has {options.Protocol.NodesMin} members at least; it is to have {options.Nodes}.", nameof(options));
        }

        _seed = seed;
        Options = options;
        var cluster = new ClusterId(new Guid(1, 2, 3, new byte[8]));
        _keys = new ProtocolKeys(RandomFor("keys").NextUInt64(), cluster, options.Nodes, Signatures);
        Engine = CreateEngine(new NodeId(1));
        _lines = trace is null ? null : new TraceWriter(trace, Agenda, id => Find(id).Codec ?? Engine.Codec);
        Network = new SimulatedNetwork(Agenda, RandomFor("network"), this) { IsContact = id => Observatory.Configuration.Find(id) is not null };
        var members = Enumerable.Range(1, options.Nodes).Select(number => new Member(new NodeId((uint)number), $"node-{number}"));
        var segmentBytes = options.SegmentBytes ?? RandomFor("segments").Any(SegmentSizes);
        Settings = new NodeSettings
        {
            Cluster = cluster,
            Bootstrap = new ClusterMembership([.. members], []),
            Engine = CreateEngine,
            State = () => new SessionedStateMachine(options.StateMachine(), new SessionOptions { SessionsMax = options.SessionsMax }, _keys.ClientSignatures),
            Replica = options.Replica,
            Log = options.Log,
            Storage = random => new ReplicaStorageOptions
            {
                Log = new WriteAheadLogOptions { SegmentBytes = segmentBytes, PrepareInBackground = false, NewSalt = random.NextUInt64 },
            },
        };
        Workload = options.Workload();
        Clients = new ClientPool(Agenda, _nodes, this) { Believes = node => !Atlas!.IsByzantine(node) };
        Atlas = new FaultAtlas(_nodes, Observatory, options.Protocol, options.IsUnsafe);
    }

    public SimulationOptions Options { get; }

    /// <summary>An engine of the kind that runs: nobody's, to look at messages with.</summary>
    public IEngine Engine { get; }

    public Agenda Agenda { get; } = new();

    public SimulatedNetwork Network { get; }

    public NodeSettings Settings { get; }

    public ClientPool Clients { get; }

    /// <summary>What is known about the nodes from outside.</summary>
    public Observatory Observatory { get; } = new();

    /// <summary>What every key has signed.</summary>
    public SignatureRecord Signatures { get; } = new();

    /// <summary>The members that the group has from the beginning, with their keys.</summary>
    public SignerSet Members => _keys.Members;

    /// <summary>The key of a node, member or not.</summary>
    public PublicKey KeyOf(NodeId node) => _keys.KeyOf(node);

    /// <summary>The keys that the operator may have; the group begins with the first.</summary>
    public IReadOnlyList<ISigner> OperatorSigners => _keys.Operators;

    /// <summary>Signs what the operator orders in an epoch: with a key that counts there.</summary>
    public ISigner OperatorOf(EpochDescriptor epoch) => OperatorSigners.First(signer => epoch.Operators.Contains(signer.PublicKey));

    /// <summary>Where their signatures are valid.</summary>
    public SigningDomain Domain => _keys.For(new NodeId(1)).Domain;

    /// <summary>What checks their signatures.</summary>
    public ISignatureVerifier Verifier => _keys.For(new NodeId(1)).Verifier;

    /// <summary>What all clients do.</summary>
    public IWorkload Workload { get; }

    /// <summary>Moments at which a fault may show more than at others.</summary>
    public MomentWatch Moments { get; } = new();

    /// <summary>What may be destroyed.</summary>
    public FaultAtlas Atlas { get; }

    /// <summary>All nodes there ever were, in the order of their numbers.</summary>
    public IReadOnlyList<SimulatedNode> Nodes => _nodes;

    /// <summary>Those that checkers judge, and that callers believe.</summary>
    public IReadOnlyList<SimulatedNode> HonestNodes => Atlas.HasByzantine ? [.. _nodes.Where(node => !Atlas.IsByzantine(node))] : _nodes;

    /// <summary>The node with an id.</summary>
    public SimulatedNode Find(NodeId id) => _nodes[(int)id.Value - 1];

    public IReadOnlyList<Violation> Violations => _violations;

    /// <summary>The digest of everything that happened so far.</summary>
    public Digest Trace => _trace.Current;

    /// <summary>How many messages were sent.</summary>
    public long Messages { get; private set; }

    /// <summary>A generator for one purpose: what others draw does not change what it draws.</summary>
    public DeterministicRandom RandomFor(string purpose) => RandomChoices.For(_seed, purpose);

    public void Add(Checker checker)
    {
        checker.Attach((name, description) =>
        {
            if (!_hasInventions || !checker.KnowsAllCommands)
            {
                Report(name, description);
            }
        });
        _checkers.Add(checker);
    }

    /// <summary>Puts a new machine there, switched off. It is no member unless it is one from the beginning.</summary>
    public SimulatedNode AddNode()
    {
        var id = new NodeId((uint)_nodes.Count + 1);
        var node = new SimulatedNode(id, Settings, Agenda, Network, this, RandomFor($"node {id}"));
        _nodes.Add(node);
        return node;
    }

    /// <summary>Takes a machine away for good, with its disk: it never comes back under its id.</summary>
    public void Retire(SimulatedNode node)
    {
        node.Retire();
        Observatory.OnRetired(node);
        Atlas.OnRetired(node);
        Note('z', node.Id, 0, 0);
    }

    /// <summary>
    /// A machine loses its disk for good. Where members can be exchanged it never comes back under its id; where they cannot, it does, and is Byzantine from then on: it has
    /// forgotten what it said.
    /// </summary>
    public void LoseDisk(SimulatedNode node)
    {
        if (Options.Protocol.ChangesMembers)
        {
            Retire(node);
            return;
        }

        TurnByzantine(node);
        node.Forget();
        Observatory.OnForgotten(node);
        Atlas.OnForgotten(node);
        Note('y', node.Id, 0, 0);
    }

    /// <summary>The last epoch that an honest node has begun.</summary>
    public Epoch LastEpoch { get; private set; }

    /// <summary>From now on nobody relies on what a node says or does, and nobody judges it.</summary>
    public void TurnByzantine(SimulatedNode node)
    {
        Observatory.OnByzantine(node);
        Note('k', node.Id, 0, 0);
    }

    /// <summary>Puts a replica under the control of an adversary.</summary>
    public void Corrupt(SimulatedNode node, IAdversary adversary)
    {
        if (Options.Protocol.FaultModel != FaultModel.Crash)
        {
            TurnByzantine(node);
        }

        _hasInventions |= adversary.InventsCommands;
        Network.Corrupt(new CorruptReplica(node.Id, Network, Agenda, adversary, Engine.Codec, RandomFor($"adversary {node.Id}"), _keys.For(node.Id)));
    }

    /// <summary>Puts another replica with the same identity beside one. Both are Byzantine.</summary>
    /// <param name="node">The replica; the other begins with what is on its disk.</param>
    /// <param name="part">Those that the other replica speaks to, and not this one.</param>
    public void AddTwin(SimulatedNode node, IReadOnlyCollection<NodeId> part)
    {
        TurnByzantine(node);
        var twin = new SimulatedNode(node.Id, Settings, Agenda, Network, new Unobserved(), RandomFor($"twin {node.Id}"), node.Disk.Copy());
        Network.Split(twin.Id, part);
        twin.Start();
    }

    /// <summary>Adds a client, which is yet to start.</summary>
    /// <param name="settings">How it behaves.</param>
    /// <param name="workload">What it does, if that is not what all do.</param>
    public SimulatedClient AddClient(ClientSettings settings, IWorkload? workload = null)
    {
        var number = Clients.All.Count;
        var client = new SimulatedClient(Clients, number, Agenda, RandomFor($"client {number}"), workload ?? Workload, settings, settings.HasKey ? _keys.OfClient(number) : null);
        Clients.All.Add(client);
        return client;
    }

    /// <summary>The running leader of the latest term, if there is one.</summary>
    public SimulatedNode? Leader() => _nodes
        .Where(node => node.IsUp && Observatory.StatusOf(node.Id) is { Role: ReplicaRole.Leader })
        .MaxBy(node => Observatory.StatusOf(node.Id)!.Value.TermOrView);

    /// <summary>Ends whatever is wrong with some nodes and with the links between them, and starts those that are down.</summary>
    public void Heal(IReadOnlyCollection<SimulatedNode> nodes)
    {
        Network.Quality = new LinkQuality();
        foreach (var link in Network.Links.Where(link => nodes.Any(node => node.Id == link.From) && nodes.Any(node => node.Id == link.To)))
        {
            link.Heal();
        }

        foreach (var node in nodes)
        {
            node.Heal();
        }
    }

    /// <summary>Lets time pass.</summary>
    /// <returns>Whether it passed without a violation.</returns>
    public bool Run(TimeSpan duration) => Agenda.RunUntil(Agenda.Now + duration, () => _violations.Count > 0);

    /// <summary>Says what must not be; the run ends there, if the checker is heard.</summary>
    public void Report(string checker, string description)
    {
        if (Options.HearsChecker(checker))
        {
            _violations.Add(new Violation(checker, description, TimeSpan.FromTicks(Agenda.Now.Value)));
        }
    }

    /// <summary>Whether nothing is left of the calls, as far as any checker knows.</summary>
    public bool IsAtRest => _checkers.TrueForAll(checker => checker.IsAtRest(HonestNodes));

    /// <summary>Lets the checkers look at the end.</summary>
    public void Finish() => _checkers.ForEach(checker => checker.OnFinished(HonestNodes));

    /// <inheritdoc/>
    public void OnSent(NodeId from, NodeId to, ReadOnlySpan<byte> frame)
    {
        Messages++;
        _trace.Add('s', Agenda.Now, from, frame);
        _lines?.Sent(from, to, frame);
    }

    /// <inheritdoc/>
    public void OnDelivered(NodeId from, NodeId to, ReadOnlySpan<byte> frame)
    {
        Note('d', to, from.Value, (ulong)frame.Length);
        _lines?.Delivered(from, to, frame);
    }

    /// <inheritdoc/>
    public void OnRefused(NodeId from, NodeId to)
    {
        if (!Network.IsCorrupt(from) && !Observatory.IsByzantine(from) && !Observatory.IsByzantine(to))
        {
            Report("frames", $"node {to} refuses a frame of node {from} as malformed");
        }
    }

    /// <inheritdoc/>
    public void OnStarted(SimulatedNode node, RecoveredState recovered)
    {
        Note('b', node.Id, recovered.LastLsn.Value, (ulong)recovered.Entries.Count);
        _lines?.Started(node, recovered);

        // Checkers before the rest: they compare what was recovered with what was known to be on disk.
        Observatory.OnFound(node, recovered, Atlas.LosableTail(node));
        foreach (var checker in JudgesOf(node))
        {
            checker.OnStarted(node, recovered);
        }

        Observatory.OnStarted(node, recovered);
        Atlas.OnStarted(node);
        Moments.OnStarted(node);
    }

    /// <inheritdoc/>
    public void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        if (Moments.IsAwaited)
        {
            Moments.OnTurn(node, Observatory.StatusOf(node.Id), status);
        }

        Observatory.OnTurn(node, status, effects);
        _lines?.Turned(node, status);
        if (status.Epoch > LastEpoch && !Atlas.IsByzantine(node))
        {
            LastEpoch = status.Epoch;
        }

        foreach (var checker in JudgesOf(node))
        {
            checker.OnTurn(node, status, effects);
        }
    }

    /// <inheritdoc/>
    public void OnStaged(SimulatedNode node, in LogRecord record)
    {
        Observatory.OnStaged(node, record);
        _lines?.Staged(node, record);
        foreach (var checker in JudgesOf(node))
        {
            checker.OnStaged(node, record);
        }
    }

    /// <inheritdoc/>
    public void OnDurable(SimulatedNode node, Lsn lsn)
    {
        Note('l', node.Id, lsn.Value, 0);
        Observatory.OnDurable(node, lsn);
        _lines?.Durable(node, lsn);
        foreach (var checker in JudgesOf(node))
        {
            checker.OnDurable(node, lsn);
        }
    }

    /// <inheritdoc/>
    public void OnApplied(SimulatedNode node, in LogEntry entry, in AppliedCommand applied, Digest state)
    {
        Observatory.OnApplied(node, entry, state);
        _lines?.Applied(node, entry, applied, state);
        Note('a', node.Id, entry.Index.Value, (ulong)applied.Outcome);
        foreach (var checker in JudgesOf(node))
        {
            checker.OnApplied(node, entry, applied, state);
        }
    }

    /// <inheritdoc/>
    public void OnRestored(SimulatedNode node, SnapshotDescriptor snapshot, Digest state)
    {
        Note('r', node.Id, snapshot.Position.Index.Value, 0);
        _lines?.Restored(node, snapshot);
        Moments.OnRestored(node);
        foreach (var checker in JudgesOf(node))
        {
            checker.OnRestored(node, snapshot, state);
        }
    }

    /// <inheritdoc/>
    public void OnSaved(SimulatedNode node, SnapshotDescriptor snapshot)
    {
        foreach (var checker in JudgesOf(node))
        {
            checker.OnSaved(node, snapshot);
        }
    }

    /// <inheritdoc/>
    public void OnSending(SimulatedNode node, NodeId to, ProtocolMessage message)
    {
        foreach (var checker in JudgesOf(node))
        {
            checker.OnSending(node, to, message);
        }
    }

    /// <inheritdoc/>
    public void OnReadRequested(SimulatedNode node, Ticket ticket)
    {
        foreach (var checker in JudgesOf(node))
        {
            checker.OnReadRequested(node, ticket);
        }
    }

    /// <inheritdoc/>
    public void OnEnded(SimulatedNode node, Exception? failure)
    {
        Note('e', node.Id, failure is null ? 0UL : 1UL, 0);
        _lines?.Ended(node, failure);
        foreach (var checker in JudgesOf(node))
        {
            checker.OnEnded(node, failure);
        }
    }

    /// <inheritdoc/>
    public void OnRefused(SimulatedNode node, ConsensusException why)
    {
        Note('x', node.Id, (ulong)why.Reason, 0);
        _lines?.Refused(node, why);
        foreach (var checker in JudgesOf(node))
        {
            checker.OnRefused(node, why);
        }
    }

    /// <inheritdoc/>
    public void OnInvoked(ClientCall call)
    {
        Note('i', NodeId.None, (ulong)call.Number, 0);
        _lines?.Invoked(call);
        (Workload as ICallObserver)?.OnInvoked(call);
        foreach (var checker in _checkers)
        {
            checker.OnInvoked(call);
        }
    }

    /// <inheritdoc/>
    public void OnCompleted(ClientCall call)
    {
        Note('c', NodeId.None, (ulong)call.Number, (ulong)call.Outcome);
        _lines?.Completed(call);
        (Workload as ICallObserver)?.OnCompleted(call);
        foreach (var checker in _checkers)
        {
            checker.OnCompleted(call);
        }
    }

    /// <summary>Who looks at what a node does: nobody if it is Byzantine, for it may do anything.</summary>
    private List<Checker> JudgesOf(SimulatedNode node) => Atlas.IsByzantine(node) ? Nobody : _checkers;

    private IEngine CreateEngine(NodeId self) => Options.Protocol.Create(self, _keys.For(self));

    private void Note(char kind, NodeId node, ulong first, ulong second)
    {
        Span<byte> content = stackalloc byte[2 * sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(content, first);
        BinaryPrimitives.WriteUInt64LittleEndian(content[sizeof(ulong)..], second);
        _trace.Add(kind, Agenda.Now, node, content);
    }
}
