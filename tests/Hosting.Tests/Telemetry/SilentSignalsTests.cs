namespace Consensus.Hosting.Tests.Telemetry;

/// <summary>Where nobody listens.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SilentSignalsTests : IDisposable
{
    private static readonly EpochEnded Ended = new(Epoch.Zero, "", EpochEndCause.Order);
    private static readonly EpochBegun Begun = new(new Epoch(1), default, "pbft", new LogIndex(9));
    private static readonly ThreatLevelChanged Suspected = new(ThreatLevel.High, new NodeId(3), false);
    private static readonly ThreatLevelChanged Agreed = new(ThreatLevel.High, new NodeId(3), true);
    private static readonly MessageRejected Rejected = new(new NodeId(3), "", 0);
    private static readonly EquivocationDetected Proven = new(new NodeId(3), "", default);

    private readonly SignalSource _source = new(null, SignalsOf.Cluster, new NodeId(1));
    private readonly EpochSignals _epochs;
    private readonly ThreatSignals _threats;

    public SilentSignalsTests()
    {
        var replica = new FixedConsensus { Status = SignalsOf.Running };
        _epochs = new EpochSignals(_source, replica, new MovableTime());
        _threats = new ThreatSignals(_source, replica, new MovableTime());
    }

    public void Dispose() => _source.Dispose();

    [Test]
    public void Nothing_is_allocated()
    {
        Tell();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            Tell();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private void Tell()
    {
        _epochs.OnEnded(Ended);
        _epochs.OnBegun(Begun);
        _threats.OnLevel(Suspected);
        _threats.OnLevel(Agreed);
        _threats.OnRejected(Rejected);
        _threats.OnProven(Proven);
    }
}
