using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Consensus.Configuration;

namespace Consensus.Hosting.Tests;

/// <summary>The JSON schema and the options classes say the same, in both directions.</summary>
[TestFixture]
public sealed class SchemaTests
{
    private static readonly JsonObject Schema = ReadSchema();

    private static IEnumerable<TestCaseData> Classes =>
    [
        Case<ConsensusOptions>("/$defs/node"),
        Case<MemberOptions>("/$defs/member"),
        Case<SelectionSettings>("/$defs/node/properties/Selection"),
        Case<RaftSettings>("/$defs/node/properties/Raft"),
        Case<PbftSettings>("/$defs/node/properties/Pbft"),
        Case<HotStuffSettings>("/$defs/node/properties/HotStuff"),
        Case<HybridSettings>("/$defs/node/properties/Hybrid"),
        Case<ThreatSettings>("/$defs/node/properties/Hybrid/properties/Threat"),
        Case<EscalationSettings>("/$defs/node/properties/Hybrid/properties/Escalation"),
        Case<ReplicaSettings>("/$defs/node/properties/Replica"),
        Case<SessionSettings>("/$defs/node/properties/Sessions"),
        Case<SnapshotSettings>("/$defs/node/properties/Snapshots"),
        Case<StorageSettings>("/$defs/node/properties/Storage"),
        Case<TransportSettings>("/$defs/node/properties/Transport"),
        Case<HttpSettings>("/$defs/node/properties/Http"),
    ];

    private static IEnumerable<TestCaseData> Values => Classes.SelectMany(test =>
        ((IEnumerable<Setting>)test.Arguments[2]!).Select(setting =>
            new TestCaseData(test.Arguments[1], setting, test.Arguments[3]).SetArgDisplayNames($"{test.Arguments[1]}/{setting.Name}")));

    [TestCaseSource(nameof(Classes))]
    public void A_class_and_its_object_have_the_same_keys(Type type, string pointer, object settings, object defaults)
    {
        var keys = Find(pointer)["properties"]!.AsObject().Select(pair => pair.Key);

        Assert.That(keys, Is.EquivalentTo(type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name)));
    }

    [TestCaseSource(nameof(Classes))]
    public void Unknown_keys_are_refused_by_the_schema_as_they_are_by_the_binder(Type type, string pointer, object settings, object defaults) =>
        Assert.That(Find(pointer)["additionalProperties"]!.GetValue<bool>(), Is.False);

    [TestCaseSource(nameof(Classes))]
    public void The_same_keys_must_be_given(Type type, string pointer, object settings, object defaults)
    {
        var required = ((IEnumerable<Setting>)settings).Where(setting => setting.IsMissing(defaults)).Select(setting => setting.Name).ToList();
        if (type == typeof(ConsensusOptions))
        {
            required.Add(nameof(ConsensusOptions.Members));
        }

        Assert.That(Find(pointer)["required"]?.AsArray().Select(name => name!.GetValue<string>()) ?? [], Is.EquivalentTo(required));
    }

    [TestCaseSource(nameof(Values))]
    public void A_key_has_the_type_the_default_and_the_bounds_of_its_property(string pointer, object value, object defaults)
    {
        var setting = (Setting)value;
        var key = Find(pointer)["properties"]![setting.Name]!.AsObject();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(TypeOf(key), Is.EqualTo(ExpectedType(setting.Type)), "type");
            Assert.That(key["description"]?.GetValue<string>(), Is.Not.Null.And.Not.Empty, "description");
            Assert.That(Number(key["minimum"]), Is.EqualTo(Number(setting.Range?.Minimum)), "minimum");
            Assert.That(Number(key["maximum"]), Is.EqualTo(Number(setting.Range?.Maximum)), "maximum");
            Assert.That(key["x-minimum"]?.GetValue<string>(), Is.EqualTo(Duration(setting.Durations?.Minimum)), "x-minimum");
            Assert.That(key["x-maximum"]?.GetValue<string>(), Is.EqualTo(Duration(setting.Durations?.Maximum)), "x-maximum");
            Assert.That(key["minLength"]?.GetValue<int>(), Is.EqualTo(setting.IsRequired && setting.Type == typeof(string) ? 1 : null), "minLength");
            Assert.That(
                key["default"]?.ToJsonString(),
                Is.EqualTo(setting.IsMissing(defaults) || setting.Get(defaults) is null ? null : SettingFormat.Show(setting.Get(defaults)) is var text && setting.Type == typeof(TimeSpan) ? $"\"{text}\"" : text),
                "default");
            if (setting.Type.IsEnum)
            {
                Assert.That(key["enum"]!.AsArray().Select(name => name!.GetValue<string>()), Is.EqualTo(setting.Values?.Values.Select(name => $"{name}") ?? Enum.GetNames(setting.Type)), "enum");
            }
        }
    }

    [Test]
    public void Durations_of_the_schema_are_those_that_are_read()
    {
        var pattern = Find("/$defs/duration")["pattern"]!.GetValue<string>();
        string[] texts = ["150ms", "150 ms", "1.5s", "2m", "1h", "1d", "20us", "00:00:01", "1.02:03:04.5", "5", "ms", "-1s", "1 minute", "", ":"];

        foreach (var text in texts)
        {
            Assert.That(
                System.Text.RegularExpressions.Regex.IsMatch(text, pattern, System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)),
                Is.EqualTo(DurationText.TryParse(text, out _)),
                text);
        }
    }

    [Test]
    public void All_references_lead_somewhere()
    {
        foreach (var reference in References(Schema))
        {
            Assert.That(() => Find(reference[1..]), Throws.Nothing, reference);
        }
    }

    private static TestCaseData Case<T>(string pointer)
        where T : new() =>
        new TestCaseData(typeof(T), pointer, Setting.Of<T>(), new T()).SetArgDisplayNames(typeof(T).Name);

    private static JsonObject ReadSchema()
    {
        using var stream = typeof(ConsensusOptions).Assembly.GetManifestResourceStream("consensus.schema.json")
            ?? throw new InvalidOperationException("The schema is not embedded.");
        return JsonNode.Parse(stream)!.AsObject();
    }

    private static JsonObject Find(string pointer) =>
        pointer.Split('/', StringSplitOptions.RemoveEmptyEntries)
            .Aggregate((JsonNode)Schema, (node, key) => node[key] ?? throw new KeyNotFoundException(pointer))
            .AsObject();

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(pair => pair.Key == "$ref" ? [pair.Value!.GetValue<string>()] : References(pair.Value)),
        JsonArray a => a.SelectMany(References),
        _ => [],
    };

    private static string TypeOf(JsonObject key) =>
        key["$ref"]?.GetValue<string>() ?? key["type"]?.GetValue<string>() ?? (key.ContainsKey("enum") ? "enum" : "nothing");

    private static string ExpectedType(Type type)
    {
        if (type == typeof(string))
        {
            return "string";
        }

        if (type == typeof(bool))
        {
            return "boolean";
        }

        if (type == typeof(int) || type == typeof(long))
        {
            return "integer";
        }

        if (type == typeof(double))
        {
            return "number";
        }

        if (type.IsEnum)
        {
            return "enum";
        }

        return $"#/$defs/{JsonNamingPolicy.CamelCase.ConvertName(type == typeof(TimeSpan) ? "Duration" : type.Name)}";
    }

    private static double? Number(object? value) => value switch
    {
        null => null,
        JsonNode node => node.GetValue<double>(),
        _ => Convert.ToDouble(value, CultureInfo.InvariantCulture),
    };

    private static string? Duration(TimeSpan? value) => value is { } duration ? DurationText.Format(duration) : null;
}
