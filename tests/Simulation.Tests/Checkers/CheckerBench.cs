using System.Buffers;
using Consensus.Engine;
using Consensus.Replication.KeyValue;
using Consensus.Simulation.Checkers;
using Consensus.Simulation.Clients;
using Consensus.Simulation.Histories;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Tests.Checkers;

/// <summary>Puts calls and applied entries before checkers by hand, one moment after the other.</summary>
internal sealed class CheckerBench : ICallObserver
{
    private readonly World _world = new(1, new SimulationOptions());
    private readonly List<Checker> _checkers = [];
    private readonly List<string> _reports = [];
    private readonly ClientPool _pool;

    /// <param name="create">Makes the checkers that are looked at.</param>
    public CheckerBench(Func<AppliedHistory, CallHistory, IEnumerable<Checker>> create)
    {
        Nodes = [_world.AddNode(), _world.AddNode()];
        _pool = new ClientPool(Agenda, Nodes, this);
        var applied = new AppliedHistory(Agenda, _pool, new CommandHashes());
        _checkers.AddRange([History, applied, .. create(applied, History)]);
        _checkers.ForEach(checker => checker.Attach((name, description) => _reports.Add($"{name}: {description}")));
    }

    public IReadOnlyList<string> Reports => _reports;

    public IReadOnlyList<SimulatedNode> Nodes { get; }

    public CallHistory History { get; } = new();

    public Agenda Agenda { get; } = new();

    public ClientCall Begin(int process, Operation operation, RequestId request = default)
    {
        Tick();
        var call = _pool.Begin(process, operation);
        call.Request = request;
        return call;
    }

    public void End(ClientCall call, CallOutcome outcome, long index = 0, byte[]? result = null)
    {
        Tick();
        call.Index = new LogIndex((ulong)index);
        call.Result = result ?? [];
        _pool.Complete(call, outcome);
    }

    /// <summary>A read that finds a value, and overlaps nothing.</summary>
    public ClientCall Read(int process, string key, long? found, long index = 0)
    {
        var call = Begin(process, RegisterOperation.Read(key));
        EndRead(call, found, index);
        return call;
    }

    public void EndRead(ClientCall call, long? found, long index = 0) => End(call, CallOutcome.Applied, index, Found(found));

    /// <summary>A write that overlaps nothing.</summary>
    public ClientCall Write(int process, string key, long? value, CallOutcome outcome = CallOutcome.Applied, long index = 0)
    {
        var call = Begin(process, RegisterOperation.Write(key, value));
        End(call, outcome, index);
        return call;
    }

    public void Start(int node) => _checkers.ForEach(checker => checker.OnStarted(Nodes[node], null!));

    public void Restore(int node, long index)
    {
        var snapshot = new SnapshotDescriptor
        {
            Epoch = default,
            Position = new LogPosition(new LogIndex((ulong)index), default, default),
            Time = default,
            Membership = ClusterMembership.Empty,
            StateHash = default,
            Length = 0,
            Checksum = default,
        };
        _checkers.ForEach(checker => checker.OnRestored(Nodes[node], snapshot, default));
    }

    /// <summary>A node applies a command.</summary>
    /// <param name="node">Which.</param>
    /// <param name="index">The command's entry.</param>
    /// <param name="operation">The command.</param>
    /// <param name="request">Its number.</param>
    /// <param name="effectIndex">Where it took effect, if not there.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="result">The answer.</param>
    public void Apply(
        int node, long index, Operation operation, RequestId request, long? effectIndex = null, CommandOutcome outcome = CommandOutcome.Applied, byte[]? result = null)
    {
        Tick();
        var payload = new byte[CommandEnvelope.HeaderSize + operation.Content.Length];
        CommandEnvelope.WriteHeader(payload, CommandKind.Command, request, 0);
        operation.Content.CopyTo(payload.AsMemory(CommandEnvelope.HeaderSize));
        Apply(node, index, payload, new AppliedCommand(request, outcome, new LogIndex((ulong)(effectIndex ?? index)), result ?? []));
    }

    public void Apply(int node, long index, byte[] payload, AppliedCommand applied)
    {
        var entry = new LogEntry(new LogIndex((ulong)index), default, EntryKind.Command, default, payload, default);
        foreach (var checker in _checkers)
        {
            checker.OnApplied(Nodes[node], entry, applied, default);
        }
    }

    public void Finish() => _checkers.ForEach(checker => checker.OnFinished(Nodes));

    /// <inheritdoc/>
    void ICallObserver.OnInvoked(ClientCall call) => _checkers.ForEach(checker => checker.OnInvoked(call));

    /// <inheritdoc/>
    void ICallObserver.OnCompleted(ClientCall call) => _checkers.ForEach(checker => checker.OnCompleted(call));

    /// <summary>The key-value machine's answer to a read.</summary>
    private static byte[] Found(long? value)
    {
        var machine = new KeyValueStateMachine();
        var output = new ArrayBufferWriter<byte>();
        if (value is not null)
        {
            machine.Apply(new CommandContext(new LogIndex(1), default, default), RegisterOperation.Write("k", value).Content.Span, output);
            output.ResetWrittenCount();
        }

        machine.Query(RegisterOperation.Read("k").Content.Span, output);
        return output.WrittenSpan.ToArray();
    }

    private void Tick() => Agenda.RunUntil(Agenda.Now + TimeSpan.FromTicks(1), () => false);
}
