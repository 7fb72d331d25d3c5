using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Consensus.Hosting;

/// <summary>How often a replica changes its engine, why, and for how long nothing runs meanwhile.</summary>
internal sealed class EpochSignals
{
    /// <summary>A pause is a few round trips in one data centre, and seconds where members are missing or have to fetch a state.</summary>
    private static readonly InstrumentAdvice<double> PauseBuckets = new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] };

    private readonly ActivitySource _spans;
    private readonly TimeProvider _time;
    private readonly Counter<long> _switches;
    private readonly Histogram<double> _pauses;
    private string _protocol = "";
    private Ended? _ended;

    /// <param name="source">Where the signals come from.</param>
    /// <param name="replica">The replica. Nothing is reported of one whose engine has one epoch only.</param>
    /// <param name="time">The clock.</param>
    public EpochSignals(SignalSource source, IConsensus replica, TimeProvider time)
    {
        _spans = source.Spans;
        _time = time;
        _switches = source.Meter.CreateCounter<long>("consensus.epoch.switches", "{switch}", "How often this node has gone on in another epoch.");
        _pauses = source.Meter.CreateHistogram(
            "consensus.epoch.switch.duration", "s", "How long it took this node from the end of an epoch until the next one ran.", tags: null, PauseBuckets);
        source.Meter.CreateObservableGauge<long>(
            "consensus.epoch.number",
            () => replica.Status is { RunningEpoch: { } running, Epoch: var epoch } ? [new((long)epoch.Value, new KeyValuePair<string, object?>("consensus.protocol.name", running.Protocol))] : [],
            "{epoch}",
            "How many epochs there were before the one that this node is in.");
    }

    /// <summary>The replica runs, in this epoch.</summary>
    public void OnStarted(ConsensusStatus status) => _protocol = status.RunningEpoch?.Protocol ?? "";

    /// <summary>The replica has ended an epoch.</summary>
    public void OnEnded(EpochEnded ended) => _ended = new Ended(ended.Cause, _time.GetTimestamp(), _time.GetUtcNow());

    /// <summary>The replica runs the next epoch.</summary>
    public void OnBegun(EpochBegun begun)
    {
        var (from, cause) = (_protocol, CauseOf(_ended?.Cause ?? EpochEndCause.Unknown));
        _protocol = begun.Protocol;
        if (_switches.Enabled)
        {
            _switches.Add(1, new("consensus.switch.from", from), new("consensus.switch.to", begun.Protocol), new("consensus.switch.cause", cause));
        }

        if (_ended is { } ended)
        {
            Measure(ended, begun, from, cause);
        }

        _ended = null;
    }

    private static string CauseOf(EpochEndCause cause) => cause switch
    {
        EpochEndCause.Unknown => "unknown",
        EpochEndCause.Order => "order",
        EpochEndCause.Rules => "rules",
        EpochEndCause.Reports => "reports",
        EpochEndCause.Evidence => "evidence",
    };

    private void Measure(in Ended ended, EpochBegun begun, string from, string cause)
    {
        var pause = _time.GetElapsedTime(ended.Timestamp);
        if (_pauses.Enabled)
        {
            _pauses.Record(pause.TotalSeconds, new("consensus.switch.from", from), new("consensus.switch.to", begun.Protocol));
        }

        if (_spans.HasListeners())
        {
            KeyValuePair<string, object?>[] tags =
            [
                new("consensus.switch.from", from), new("consensus.switch.to", begun.Protocol), new("consensus.switch.cause", cause), new("consensus.switch.epoch", (long)begun.Epoch.Value),
            ];
            using var span = _spans.StartActivity(ActivityKind.Internal, startTime: ended.At, tags: tags, name: "switch epoch");
            span?.SetEndTime((ended.At + pause).UtcDateTime);
        }
    }

    /// <summary>What is to be remembered of an epoch's end until the next one runs.</summary>
    private readonly record struct Ended(EpochEndCause Cause, long Timestamp, DateTimeOffset At);
}
