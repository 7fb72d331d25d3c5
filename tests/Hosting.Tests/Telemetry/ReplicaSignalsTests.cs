using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Consensus.Architecture.Tests.Registry;

namespace Consensus.Hosting.Tests.Telemetry;

/// <summary>Requirement H1, as far as epochs and threats go: what is made of what happens to a replica.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ReplicaSignalsTests : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <summary>An activity lasts for a tick at least.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromTicks(1);

    private readonly CollectedSignals _signals = new(SignalsOf.Cluster);
    private readonly MovableTime _time = new();

    public void Dispose() => _signals.Dispose();

    [Test]
    public async Task A_switch_is_counted_with_its_engines_and_its_cause_and_the_pause_is_measured()
    {
        var began = _time.GetUtcNow();
        await TellAsync(() => [new EpochEnded(Epoch.Zero, "", EpochEndCause.Reports)], () => [Begun(1, "pbft"), new EpochEnded(new Epoch(1), "", EpochEndCause.Order)], () => [Begun(2, "raft")]);

        const string First = "consensus.switch.from=raft consensus.switch.to=pbft", Second = "consensus.switch.from=pbft consensus.switch.to=raft";
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_signals.Of("consensus.epoch.switches"), Is.EqualTo(new[] { (1.0, $"consensus.switch.cause=reports {First}"), (1.0, $"consensus.switch.cause=order {Second}") }));
            Assert.That(_signals.Of("consensus.epoch.switch.duration"), Is.EqualTo(new[] { (0.3, First), (0.3, Second) }));
            Assert.That(_signals.Spans.Select(span => (span.OperationName, span.StartTimeUtc - began.UtcDateTime, span.Duration, span.ParentId)), Is.EqualTo(new[]
            {
                ("switch epoch", Pause, Pause, default(string)), ("switch epoch", 2 * Pause, Pause, null),
            }));
            Assert.That(CollectedSignals.TextOf(_signals.Spans[0].TagObjects), Is.EqualTo($"consensus.switch.cause=reports consensus.switch.epoch=1 {First}"));
        }
    }

    // It was started again, or was told of the next epoch before it has ended the one before.
    [Test]
    public async Task Of_a_node_that_was_away_meanwhile_the_switch_is_counted_and_nothing_is_measured()
    {
        await TellAsync(() => [new EpochEnded(Epoch.Zero, "", EpochEndCause.Order)], () => [Begun(1, "pbft")], () => [Begun(2, "hotstuff")]);

        Assert.That(_signals.Of("consensus.epoch.switches").Last(), Is.EqualTo((1.0, "consensus.switch.cause=unknown consensus.switch.from=pbft consensus.switch.to=hotstuff")));
        Assert.That(_signals.Of("consensus.epoch.switch.duration").Count(), Is.EqualTo(1), "of the switch before");
        Assert.That(_signals.Spans, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task From_the_first_suspicion_until_it_is_agreed_on_is_a_span()
    {
        await TellAsync(
            () => [Level(ThreatLevel.Low, 3, false)], () => [Level(ThreatLevel.High, 3, false)], () => [Level(ThreatLevel.High, 4, true)],
            () => [Level(ThreatLevel.Medium, 4, true)], () => [Level(ThreatLevel.None, 0, true)]);

        Assert.That(_signals.Spans.Select(span => (span.OperationName, span.Duration, CollectedSignals.TextOf(span.TagObjects))), Is.EqualTo(new[]
        {
            ("detect threat", 2 * Pause, "consensus.peer.id=4 consensus.threat.outcome=agreed consensus.threat.severity=high"),
        }), "a level that falls detects nothing");
    }

    [Test]
    public async Task A_suspicion_that_nobody_shares_ends_with_it()
    {
        await TellAsync(() => [Level(ThreatLevel.Low, 3, false)], () => [Level(ThreatLevel.None, 0, true)]);

        Assert.That(_signals.Spans.Select(span => (span.Duration, CollectedSignals.TextOf(span.TagObjects))), Is.EqualTo(new[]
        {
            (Pause, "consensus.peer.id=3 consensus.threat.outcome=dismissed consensus.threat.severity=low"),
        }));
    }

    [Test]
    public async Task What_others_have_agreed_on_before_this_node_has_seen_anything_takes_no_time_and_a_higher_level_is_another_detection()
    {
        await TellAsync(() => [Level(ThreatLevel.High, 3, true)], () => [Level(ThreatLevel.Critical, 3, true)]);

        Assert.That(_signals.Spans.Select(span => (span.Duration, $"{span.GetTagItem("consensus.threat.severity")}")), Is.EqualTo(new[] { (Least, "high"), (Least, "critical") }));
    }

    [TestCase(true, 3)]
    [TestCase(false, 0)]
    public async Task The_level_is_reported_as_it_is_known_and_as_it_is_agreed(bool isAgreed, double agreed)
    {
        await SignalsOf.TellAsync([Level(ThreatLevel.High, 3, isAgreed)], _signals, _time, SignalsOf.Running with { Threat = ThreatLevel.High });

        Assert.That(_signals.Of("consensus.threat.level"), Is.EqualTo(new[] { (3.0, "consensus.threat.view=known"), (agreed, "consensus.threat.view=agreed") }));
    }

    [Test]
    public async Task The_epoch_is_reported_with_its_engine_where_there_are_several_and_elsewhere_nothing_is()
    {
        await SignalsOf.TellAsync([], _signals, _time, SignalsOf.Running with { Epoch = new Epoch(7), RunningEpoch = SignalsOf.Running.RunningEpoch! with { Protocol = "pbft" } });
        Assert.That(_signals.Of("consensus.epoch.number"), Is.EqualTo(new[] { (7.0, "consensus.protocol.name=pbft") }));

        var before = _signals.Measurements.Count;
        await SignalsOf.TellAsync([], _signals, _time, SignalsOf.Running with { RunningEpoch = null });
        Assert.That(_signals.Measurements, Has.Count.EqualTo(before));
    }

    [Test]
    public async Task What_others_do_that_no_correct_member_does_is_counted_by_kind_and_member()
    {
        await TellAsync(() =>
        [
            new MessageRejected(new NodeId(3), "", 0), new MessageRejected(new NodeId(3), "", 41), new MessageRejected(new NodeId(99), "", 0), new PeerFlooding(new NodeId(2), 500),
            new TimestampOutOfRange(new NodeId(4), default, default), new TamperingDetected(new NodeId(3), ""), new EquivocationDetected(new NodeId(4), "", default),
        ]);

        Assert.That(_signals.Of("consensus.threat.suspicions"), Is.EqualTo(new[]
        {
            (1.0, "consensus.peer.id=3 consensus.suspicion.kind=rejected_message"), (42.0, "consensus.peer.id=3 consensus.suspicion.kind=rejected_message"),
            (1.0, "consensus.peer.id=0 consensus.suspicion.kind=rejected_message"), (1.0, "consensus.peer.id=2 consensus.suspicion.kind=flooding"), (1.0, "consensus.peer.id=4 consensus.suspicion.kind=clock"), (1.0, "consensus.peer.id=3 consensus.suspicion.kind=tampering"),
        }));
        Assert.That(_signals.Of("consensus.threat.proofs"), Is.EqualTo(new[] { (1.0, "consensus.peer.id=4") }));
    }

    [Test]
    public async Task A_span_of_whoever_has_started_the_host_is_no_parent()
    {
        using var outer = new Activity("outer").Start();
        await TellAsync(() => [new EpochEnded(Epoch.Zero, "", EpochEndCause.Order)], () => [Begun(1, "pbft")]);

        Assert.That(_signals.Spans.Select(span => span.ParentId), Is.EqualTo(new string?[] { null }));
        Assert.That(Activity.Current, Is.SameAs(outer));
    }

    [Test]
    public async Task Instruments_are_what_the_registry_declares()
    {
        await TellAsync();

        var declared = RegistryFiles.Of("metric").Select(metric => (metric.Text("metric_name"), metric.Text("instrument"), metric.Text("unit"), metric.Text("brief")));
        Assert.That(_signals.Instruments.Select(made => (made.Name, KindOf(made), made.Unit!, made.Description!)), Is.EquivalentTo(declared));
        foreach (var histogram in _signals.Instruments.OfType<Histogram<double>>())
        {
            var note = RegistryFiles.Of("metric").Single(metric => metric.Text("metric_name") == histogram.Name).Text("note");
            Assert.That(note, Does.EndWith($"Buckets: {string.Join(", ", histogram.Advice!.HistogramBucketBoundaries!.Select(bound => bound.ToString(CultureInfo.InvariantCulture)))}."));
        }
    }

    [Test]
    public async Task Of_attributes_with_named_values_each_value_is_emitted_and_no_other()
    {
        await TellAsync(
            () => [.. Enum.GetValues<EpochEndCause>().SelectMany<EpochEndCause, ConsensusEvent>((cause, i) => [new EpochEnded(new Epoch((ulong)i), "", cause), Begun((ulong)i + 1, "raft")])],
            () => [.. Enum.GetValues<ThreatLevel>().Select(level => Level(level, 3, true)), Level(ThreatLevel.None, 0, true), Level(ThreatLevel.Low, 3, false), Level(ThreatLevel.None, 0, true)],
            () => [new MessageRejected(new NodeId(3), "", 0), new PeerFlooding(new NodeId(3), 1), new TimestampOutOfRange(new NodeId(3), default, default), new TamperingDetected(new NodeId(3), "")]);

        var emitted = _signals.Measurements.SelectMany(measured => measured.Tags).Concat(_signals.Spans.SelectMany(span => span.TagObjects)).ToLookup(tag => tag.Key, tag => $"{tag.Value}", StringComparer.Ordinal);
        using (Assert.EnterMultipleScope())
        {
            foreach (var (name, values) in DeclaredAttributes.Values)
            {
                Assert.That(emitted[name].Distinct(StringComparer.Ordinal), Is.EquivalentTo(values), name);
            }
        }
    }

    private static string KindOf(Instrument instrument) => instrument switch
    {
        Counter<long> => "counter",
        Histogram<double> => "histogram",
        ObservableGauge<long> => "gauge",
        _ => instrument.GetType().Name,
    };

    private static EpochBegun Begun(ulong epoch, string protocol) => new(new Epoch(epoch), default, protocol, new LogIndex(9));

    private static ThreatLevelChanged Level(ThreatLevel level, uint accused, bool isAgreed) => new(level, new NodeId(accused), isAgreed);

    /// <summary>Before each step some time passes.</summary>
    private Task TellAsync(params Func<IEnumerable<ConsensusEvent>>[] steps)
    {
        return SignalsOf.TellAsync(Steps(), _signals, _time);

        IEnumerable<ConsensusEvent> Steps()
        {
            foreach (var step in steps)
            {
                _time.Move(Pause);
                foreach (var happening in step())
                {
                    yield return happening;
                }
            }
        }
    }
}
