using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Consensus.Architecture.Tests.Registry;

/// <summary>
/// The registry of signals says what the code can emit, no less and no more: here that it is well formed, and of log messages that they are what it says. A log message's event name arrives at collectors as the event's name. Metrics and spans
/// are compared with the running code, in tests/Hosting.Tests/Telemetry.
/// </summary>
public sealed partial class RegistryTests
{
    private static string[] DeclaredEvents => [.. RegistryFiles.Of("event").Select(group => group.Text("name"))];

    private static string[] DeclaredAttributes => [.. RegistryFiles.Of("attribute_group").SelectMany(RegistryFiles.Attributes).Select(attribute => attribute.Text("id"))];

    private static string[] DeclaredMetrics => [.. RegistryFiles.Of("metric").Select(group => group.Text("metric_name"))];

    private static string[] Sources => [.. Repository.Files("src", ".cs").Select(Repository.Read)];

    private static IEnumerable<string> Files => RegistryFiles.All.Keys;

    [Test]
    public void Each_log_message_is_declared_and_each_declared_one_is_logged()
    {
        var logged = Sources.SelectMany(source => LoggedName().Matches(source).Select(match => match.Groups["name"].Value)).ToArray();
        Assert.That(logged, Is.Unique);
        Assert.That(logged, Is.EquivalentTo(DeclaredEvents));
    }

    [Test]
    public void Each_log_message_has_a_name() =>
        Assert.That(Sources.Sum(source => LogMessage().Count(source)), Is.EqualTo(Sources.Sum(source => LoggedName().Count(source))).And.GreaterThan(0));

    [TestCaseSource(nameof(Files))]
    public void Each_file_is_as_Weaver_s_schema_says(string file)
    {
        var schema = new JsonSchema(JsonNode.Parse(Repository.Read("tests/Architecture.Tests/Registry/semconv.schema.json"))!.AsObject());

        Assert.That(schema.Allows(RegistryFiles.All[file]), Is.True);
    }

    // The schema must be able to refuse something.
    [TestCase("""{"groups":[{"id":"metric.a","type":"metric","metric_name":"a","instrument":"counter","unit":"s","stability":"development"}]}""")]
    [TestCase("""{"groups":[{"id":"span.a","type":"span","brief":"A.","stability":"development","attributes":[]}]}""")]
    [TestCase("""{"groups":[{"id":"a","type":"attribute_group","brief":"A.","attributes":[{"id":"b","type":"text","stability":"development"}]}]}""")]
    [TestCase("""{"groups":[{"id":"metric.a","type":"metric","metric_name":"a","instrument":"counter","unit":"s","brief":"A."}]}""")]
    [TestCase("""{"signals":[]}""")]
    public void What_is_wrong_is_not_as_the_schema_says(string registry)
    {
        var schema = new JsonSchema(JsonNode.Parse(Repository.Read("tests/Architecture.Tests/Registry/semconv.schema.json"))!.AsObject());

        Assert.That(schema.Allows(JsonNode.Parse(registry)), Is.False);
    }

    [Test]
    public void Names_and_descriptions_are_written_as_the_conventions_say()
    {
        string[] names = [.. DeclaredEvents, .. DeclaredAttributes, .. DeclaredMetrics];

        using (Assert.EnterMultipleScope())
        {
            Assert.That(names, Has.All.Match("^consensus([._][a-z0-9]+)+$"));
            Assert.That(names, Is.Unique);
            Assert.That(RegistryFiles.Groups.Select(group => group.Text("id")), Is.Unique);
            Assert.That(RegistryFiles.Groups.Concat(RegistryFiles.Groups.SelectMany(RegistryFiles.Attributes)).Where(item => item["ref"] is null).Select(item => item.Text("brief")), Has.All.EndsWith("."));
        }
    }

    [Test]
    public void No_attribute_or_metric_has_the_name_of_a_namespace_of_others()
    {
        string[] names = [.. DeclaredAttributes, .. DeclaredMetrics];

        Assert.That(names.Where(name => names.Any(other => other.StartsWith($"{name}.", StringComparison.Ordinal))), Is.Empty);
    }

    [Test]
    public void Groups_are_called_by_what_they_declare()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(RegistryFiles.Of("metric").Select(group => group.Text("id")), Is.EqualTo(DeclaredMetrics.Select(name => $"metric.{name}")));
            Assert.That(RegistryFiles.Of("event").Select(group => group.Text("id")), Is.EqualTo(DeclaredEvents.Select(name => $"event.{name}")));
            Assert.That(RegistryFiles.Of("span").Select(group => group.Text("id")), Is.EqualTo(RegistryFiles.Of("span").Select(group => $"span.consensus.{group.Text("display_name").Replace(' ', '_')}")));
        }
    }

    [Test]
    public void Each_attribute_is_declared_once_and_each_declared_one_is_of_use()
    {
        var used = RegistryFiles.Groups.SelectMany(RegistryFiles.Attributes).Select(attribute => attribute.Text("ref")).Where(name => name.Length > 0).ToArray();
        string[] scope = ["consensus.cluster.id", "consensus.node.id"];

        Assert.That(used.Concat(scope).Distinct(StringComparer.Ordinal), Is.EquivalentTo(DeclaredAttributes));
    }

    // The schema lets any text pass as an instrument or a unit. Counters have plural names, and nothing is called a total; durations are histograms in seconds.
    [Test]
    public void Metrics_are_what_their_names_say()
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var metric in RegistryFiles.Of("metric"))
            {
                var (name, instrument, unit) = (metric.Text("metric_name"), metric.Text("instrument"), metric.Text("unit"));
                Assert.That(instrument, Is.AnyOf("counter", "updowncounter", "gauge", "histogram"), name);
                Assert.That(name.EndsWith('s'), Is.EqualTo(instrument == "counter"), name);
                Assert.That(name.EndsWith(".duration", StringComparison.Ordinal), Is.EqualTo(instrument == "histogram" && unit == "s"), name);
                Assert.That(unit, Does.Match(@"^(s|By|1|\{[a-z]+\})$"), name);
                Assert.That(name, Does.Not.Contain("total"));
                Assert.That(instrument == "histogram", Is.EqualTo(metric.Text("note").Contains("Buckets: ", StringComparison.Ordinal)), $"{name}: the buckets of a histogram are in its note");
            }
        }
    }

    [GeneratedRegex(@"\[LoggerMessage\(")]
    private static partial Regex LogMessage();

    [GeneratedRegex("EventName = \"(?<name>[^\"]+)\"")]
    private static partial Regex LoggedName();
}
