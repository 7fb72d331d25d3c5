using System.Diagnostics;
using System.Text.Json.Nodes;
using Consensus.Architecture.Tests.Registry;
using Consensus.Cryptography;

namespace Consensus.Hosting.Tests.Telemetry;

/// <summary>A group with a member that lies, in hosts as an application would run them: it emits all that the registry declares of epochs and threats, and nothing else.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(120_000)]
public sealed class LiveSignalsTests : IDisposable
{
    private static readonly ClusterId Group = new(Guid.Parse("7a1e3b52-0c3c-44c5-a1be-5f0a7c6ef001"));

    private readonly SignedSettings _settings = new();
    private readonly Ed25519SigningKey _operator = SigningKeyFile.Generate(Ed25519.Load());
    private readonly CollectedSignals _signals = new(Group);

    public void Dispose()
    {
        _signals.Dispose();
        _operator.Dispose();
        _settings.Dispose();
    }

    [Test]
    public async Task What_is_emitted_is_what_is_declared(CancellationToken cancellationToken)
    {
        await using var cluster = new Cluster();
        foreach (var node in new uint[] { 1, 2, 3 })
        {
            await cluster.StartNodeAsync(node, Section(node), cancellationToken: cancellationToken);
        }

        await using var liar = await LyingNode.StartAsync(cluster, Section(4), cancellationToken);
        string[] spans = [.. RegistryFiles.Of("span").Select(span => span.Text("display_name"))];
        await _signals.SeenAsync(RegistryFiles.Of("metric").Where(metric => metric.Text("instrument") != "gauge").Select(metric => metric.Text("metric_name")), spans).WaitAsync(cancellationToken);
        _signals.Observe();

        using (Assert.EnterMultipleScope())
        {
            AssertAll(RegistryFiles.Of("metric"), "metric_name", _signals.Measurements.Select(measured => (measured.Name, (IEnumerable<KeyValuePair<string, object?>>)measured.Tags)));
            AssertAll(RegistryFiles.Of("span"), "display_name", _signals.Spans.Select(span => (span.OperationName, span.TagObjects)));
            Assert.That(_signals.Spans.Select(span => span.Kind), Has.All.EqualTo(ActivityKind.Internal));
            Assert.That(RegistryFiles.Of("span").Select(span => span.Text("span_kind")), Has.All.EqualTo("internal"));
            Assert.That(_signals.Instruments.SelectMany(made => made.Meter.Tags!).Distinct().Select(tag => $"{tag.Key}={tag.Value}"), Is.EquivalentTo(new[]
            {
                $"consensus.cluster.id={Group}", "consensus.node.id=1", "consensus.node.id=2", "consensus.node.id=3",
            }));
            Assert.That(_signals.Of("consensus.epoch.switches").Select(measured => measured.Tags), Has.All.EqualTo("consensus.switch.cause=evidence consensus.switch.from=raft consensus.switch.to=pbft"));
        }
    }

    /// <summary>Wants each declared signal emitted, each with exactly the attributes that are declared, and no other signal.</summary>
    private static void AssertAll(IEnumerable<JsonNode> declared, string nameKey, IEnumerable<(string Name, IEnumerable<KeyValuePair<string, object?>> Tags)> emitted)
    {
        var signals = emitted.ToLookup(signal => signal.Name, signal => signal.Tags.ToArray(), StringComparer.Ordinal);
        var groups = declared.ToArray();
        Assert.That(signals.Select(signal => signal.Key), Is.EquivalentTo(groups.Select(group => group.Text(nameKey))));
        foreach (var group in groups)
        {
            foreach (var tags in signals[group.Text(nameKey)])
            {
                Assert.That(tags.Select(tag => tag.Key), Is.EquivalentTo(group.Attributes().Select(attribute => attribute.Text("ref"))), group.Text("id"));
                foreach (var (key, value) in tags)
                {
                    Assert.That(value, Is.TypeOf(DeclaredAttributes.Types[key]), key);
                    Assert.That(DeclaredAttributes.Values.TryGetValue(key, out var values) && !values.Contains(value), Is.False, $"{key}={value}");
                }
            }
        }
    }

    private JsonObject Section(uint node) => _settings.Of(node, "Hybrid").With("ClusterId", $"{Group}").With("Hybrid:OperatorKeys", new JsonArray($"{_operator.PublicKey}"));
}
