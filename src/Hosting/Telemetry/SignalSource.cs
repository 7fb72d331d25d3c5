using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Consensus.Hosting;

/// <summary>
/// Where the metrics and spans of one node come from. Both carry the group and the node as tags of their scope, so that several in one process can be told apart, and no measurement has to.
/// </summary>
internal sealed class SignalSource : IDisposable
{
    private readonly Meter? _own;

    /// <param name="meters">Makes meters, and disposes of them; without one this makes its own.</param>
    /// <param name="cluster">The group.</param>
    /// <param name="node">The node.</param>
    public SignalSource(IMeterFactory? meters, ClusterId cluster, NodeId node)
    {
        KeyValuePair<string, object?>[] scope = [new("consensus.cluster.id", $"{cluster}"), new("consensus.node.id", (long)node.Value)];
        var version = typeof(SignalSource).Assembly.GetName().Version?.ToString(3);
        var options = new MeterOptions(ConsensusTelemetry.Name) { Version = version, Tags = scope };
        Meter = meters?.Create(options) ?? (_own = new Meter(options));
        Spans = new ActivitySource(ConsensusTelemetry.Name, version, scope);
    }

    /// <summary>Makes instruments.</summary>
    public Meter Meter { get; }

    /// <summary>Makes spans.</summary>
    public ActivitySource Spans { get; }

    public void Dispose()
    {
        _own?.Dispose();
        Spans.Dispose();
    }
}
