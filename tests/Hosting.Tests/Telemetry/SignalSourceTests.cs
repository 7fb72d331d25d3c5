using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Consensus.Hosting.Tests.Telemetry;

[TestFixture]
public sealed class SignalSourceTests
{
    private static readonly string[] Scope = [$"consensus.cluster.id={SignalsOf.Cluster}", "consensus.node.id=1"];

    [Test]
    public void The_meter_is_the_host_s_where_it_makes_meters_and_outlives_the_node()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener();
        var completed = 0;
        listener.InstrumentPublished = (instrument, enabled) => enabled.EnableMeasurementEvents(instrument);
        listener.MeasurementsCompleted = (instrument, _) => completed += instrument.Meter.Scope == meters ? 1 : 0;
        listener.Start();

        using (var source = new SignalSource(meters, SignalsOf.Cluster, new NodeId(1)))
        {
            source.Meter.CreateCounter<long>("a");
            Assert.That(source.Meter.Scope, Is.SameAs(meters));
        }

        Assert.That(completed, Is.Zero);
    }

    [Test]
    public void Otherwise_it_is_the_node_s_own_and_ends_with_it()
    {
        using var listener = new MeterListener();
        var completed = new List<string>();
        listener.InstrumentPublished = (instrument, enabled) =>
        {
            if (instrument.Meter.Name == ConsensusTelemetry.Name)
            {
                enabled.EnableMeasurementEvents(instrument);
            }
        };
        listener.MeasurementsCompleted = (instrument, _) => completed.Add(instrument.Name);
        listener.Start();

        using (var source = new SignalSource(null, SignalsOf.Cluster, new NodeId(1)))
        {
            source.Meter.CreateCounter<long>("a");
            Assert.That(completed, Is.Empty);
        }

        Assert.That(completed, Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public void Metrics_and_spans_carry_the_group_and_the_node_in_their_scope()
    {
        using var source = new SignalSource(null, SignalsOf.Cluster, new NodeId(1));

        Assert.That((source.Meter.Name, source.Spans.Name), Is.EqualTo((ConsensusTelemetry.Name, ConsensusTelemetry.Name)));
        Assert.That(source.Meter.Tags!.Select(tag => $"{tag.Key}={tag.Value}"), Is.EquivalentTo(Scope));
        Assert.That(source.Spans.Tags!.Select(tag => $"{tag.Key}={tag.Value}"), Is.EquivalentTo(Scope));
    }
}
