using System.Text;
using Microsoft.Extensions.Configuration;

namespace Consensus.Configuration.Tests;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SectionBinderTests
{
    private readonly TestSettings _settings = new();
    private readonly SettingProblems _problems = new();

    [Test]
    public void Values_of_each_kind_are_read()
    {
        Bind("""
            {
              "text": "a b", "FLAG": true, "Number": 7, "Large": 5000000000, "Fraction": 0.25, "Pause": "150ms", "Node": 3,
              "Cluster": "6f1c3f8a-0a35-4f0e-9a4e-3f1f0c6f7c11", "Day": "friday", "Items": ["x", "y"]
            }
            """);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_problems.Sentences, Is.Empty);
            Assert.That(_settings.Text, Is.EqualTo("a b"));
            Assert.That(_settings.Flag, Is.True);
            Assert.That(_settings.Number, Is.EqualTo(7));
            Assert.That(_settings.Large, Is.EqualTo(5_000_000_000));
            Assert.That(_settings.Fraction, Is.EqualTo(0.25));
            Assert.That(_settings.Pause, Is.EqualTo(TimeSpan.FromMilliseconds(150)));
            Assert.That(_settings.Node, Is.EqualTo(new NodeId(3)));
            Assert.That(_settings.Cluster.ToString(), Is.EqualTo("6f1c3f8a-0a35-4f0e-9a4e-3f1f0c6f7c11"));
            Assert.That(_settings.Day, Is.EqualTo(DayOfWeek.Friday));
            Assert.That(_settings.Items, Is.EqualTo(["x", "y"]));
        }
    }

    [TestCase("""{ "Nubmer": 1 }""", "Here:Nubmer is not a known key; the nearest one is Number.")]
    [TestCase("""{ "Called": "x" }""", "Here:Called is not a known key; allowed: Text, Flag, Number, Large, Fraction, Pause, Node, Cluster, Day, RestDay, Items.")]
    [TestCase("""{ "Item": [] }""", "Here:Item is not a known key; the nearest one is Items.")]
    [TestCase("""{ "Flag": "yes" }""", "Here:Flag is \"yes\"; allowed: true or false.")]
    [TestCase("""{ "Flag": null }""", "Here:Flag is null; allowed: true or false.")]
    [TestCase("""{ "Number": "many" }""", "Here:Number is \"many\"; allowed: a whole number from 1 to 10.")]
    [TestCase("""{ "Number": [1] }""", "Here:Number is an object or a list; allowed: a whole number from 1 to 10.")]
    [TestCase("""{ "Pause": "5" }""", "Here:Pause is \"5\"; allowed: a duration such as \"150ms\", \"2s\" or \"00:00:00.150\", from 1ms to 1m.")]
    [TestCase("""{ "Day": "Noday" }""", "Here:Day is \"Noday\"; allowed: one of Sunday, Monday, Tuesday, Wednesday, Thursday, Friday, Saturday.")]
    [TestCase("""{ "Items": "x" }""", "Here:Items is \"x\"; allowed: a list of texts.")]
    [TestCase("""{ "Items": { "first": "x" } }""", "Here:Items is an object with the key first; allowed: a list of texts.")]
    [TestCase("""{ "Items": ["x", null] }""", "Here:Items:1 is null; allowed: a text.")]
    [TestCase("[1, 2]", "Here is a list; allowed: an object.")]
    [TestCase("\"x\"", "Here is \"x\"; allowed: an object.")]
    public void What_does_not_fit_is_said(string section, string problem)
    {
        Bind(section);

        Assert.That(_problems.Sentences, Is.EqualTo([problem]));
    }

    [Test]
    public void Everything_is_said_at_once_and_each_key_once()
    {
        Bind("""{ "Other": 1, "Flag": 3, "Number": "x", "Pause": "2m" }""");
        _settings.Number = 0;

        AnnotationRules.Check(_settings, "Here", _problems);

        Assert.That(_problems.Sentences.Select(sentence => sentence.Split(' ')[0]), Is.EquivalentTo(["Here:Other", "Here:Flag", "Here:Number", "Here:Text", "Here:Pause"]));
        Assert.That(_problems.Sentences, Has.One.EqualTo("Here:Pause is 2m; allowed: a duration such as \"150ms\", \"2s\" or \"00:00:00.150\", from 1ms to 1m."));
    }

    [TestCase("Sunday", null)]
    [TestCase("Monday", "Here:RestDay is \"Monday\"; allowed: one of Saturday, Sunday.")]
    [TestCase("Someday", "Here:RestDay is \"Someday\"; allowed: one of Saturday, Sunday.")]
    public void Of_some_types_not_all_values_are_allowed(string day, string? problem)
    {
        Bind($$"""{ "Text": "x", "RestDay": "{{day}}" }""");

        AnnotationRules.Check(_settings, "Here", _problems);

        Assert.That(_problems.Sentences, Is.EqualTo(problem is null ? [] : new[] { problem }));
    }

    [Test]
    public void Settings_from_code_have_no_section_in_their_path()
    {
        AnnotationRules.Check(_settings, "", _problems);

        Assert.That(_problems.Sentences, Is.EqualTo(["Text is missing; allowed: a text that is not empty."]));
    }

    private void Bind(string json)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "Here": {{json}} }"""));
        var section = new ConfigurationBuilder().AddJsonStream(stream).Build().GetSection("Here");
        var binder = new SectionBinder(_problems);
        binder.BindKeys(section, _settings, (nameof(TestSettings.Items), items => binder.BindList(items, "texts", item =>
        {
            if (binder.ReadText(item, "a text") is { } text)
            {
                _settings.Items.Add(text);
            }
        })));
    }
}
