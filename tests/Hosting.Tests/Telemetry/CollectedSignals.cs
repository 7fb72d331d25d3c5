using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Consensus.Hosting.Tests.Telemetry;

/// <summary>What the nodes of one group emit, as any collector would get it.</summary>
internal sealed class CollectedSignals : IDisposable
{
    private readonly Lock _gate = new();
    private readonly MeterListener _meters = new();
    private readonly ActivityListener _activities;
    private readonly List<Instrument> _instruments = [];
    private readonly List<Measured> _measured = [];
    private readonly List<Activity> _spans = [];
    private readonly List<(Func<bool> IsThere, TaskCompletionSource Seen)> _waiting = [];

    public CollectedSignals(ClusterId cluster)
    {
        var scope = KeyValuePair.Create<string, object?>("consensus.cluster.id", $"{cluster}");
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == ConsensusTelemetry.Name && instrument.Meter.Tags?.Contains(scope) == true)
            {
                lock (_gate)
                {
                    _instruments.Add(instrument);
                }

                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _meters.Start();
        _activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ConsensusTelemetry.Name && source.Tags?.Contains(scope) == true,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Add,
        };
        ActivitySource.AddActivityListener(_activities);
    }

    public IReadOnlyList<Instrument> Instruments => Copy(_instruments);

    public IReadOnlyList<Measured> Measurements => Copy(_measured);

    public IReadOnlyList<Activity> Spans => Copy(_spans);

    /// <summary>What a metric has got, in the order in which it came.</summary>
    public IEnumerable<(double Value, string Tags)> Of(string metric) => Measurements.Where(measured => measured.Name == metric).Select(measured => (measured.Value, TextOf(measured.Tags)));

    /// <summary>Tags in the order of their names.</summary>
    public static string TextOf(IEnumerable<KeyValuePair<string, object?>> tags) => string.Join(' ', tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}"));

    /// <summary>Asks for what is reported only when somebody asks.</summary>
    public void Observe() => _meters.RecordObservableInstruments();

    /// <summary>Returns when all these metrics have got something, and there are spans of all these names.</summary>
    public Task SeenAsync(IEnumerable<string> metrics, IEnumerable<string> spans)
    {
        string[] metricNames = [.. metrics], spanNames = [.. spans];
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waiting.Add((() => metricNames.All(name => _measured.Exists(measured => measured.Name == name)) && spanNames.All(name => _spans.Exists(span => span.OperationName == name)), seen));
            Look();
        }

        return seen.Task;
    }

    public void Dispose()
    {
        _meters.Dispose();
        _activities.Dispose();
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_gate)
        {
            _measured.Add(new Measured(instrument.Name, value, tags.ToArray()));
            Look();
        }
    }

    private void Add(Activity span)
    {
        lock (_gate)
        {
            _spans.Add(span);
            Look();
        }
    }

    private void Look()
    {
        foreach (var (_, seen) in _waiting.Where(waiting => waiting.IsThere()))
        {
            seen.TrySetResult();
        }
    }

    private T[] Copy<T>(List<T> list)
    {
        lock (_gate)
        {
            return [.. list];
        }
    }

    /// <summary>One measurement.</summary>
    internal sealed record Measured(string Name, double Value, KeyValuePair<string, object?>[] Tags);
}
