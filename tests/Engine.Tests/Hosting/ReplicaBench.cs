using Consensus.Engine.Tests.Applying;

namespace Consensus.Engine.Tests.Hosting;

/// <summary>The parts of a replica under test.</summary>
internal sealed class ReplicaBench
{
    /// <summary>Ends a test that hangs. No test depends on how long anything takes.</summary>
    public static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    public SoloEngine Engine { get; } = new();

    public MemoryLog Log { get; } = new();

    public EchoState State { get; init; } = new();

    public FakeSnapshots Snapshots { get; } = new();

    public StubTransport Transport { get; } = new();

    public ReplicaOptions Options { get; init; } = new();

    public RecoveredState Recovered { get; init; } = TestEntries.Recovered();

    public int TestThread { get; } = Environment.CurrentManagedThreadId;

    public ILanes? Lanes { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public ValueTask<Replica> StartAsync(IEngine? engine = null) => Replica.StartAsync(Setup(engine));

    public ReplicaSetup Setup(IEngine? engine = null)
    {
        var setup = new ReplicaSetup
        {
            Self = new NodeId(1),
            Engine = engine ?? Engine,
            State = State,
            Recovered = Recovered,
            Log = Log,
            Snapshots = Snapshots,
            Transport = Transport,
            Options = Options,
            Time = Time,
            Seed = 42,
        };
        return Lanes is null ? setup : setup with { Lanes = Lanes };
    }
}
