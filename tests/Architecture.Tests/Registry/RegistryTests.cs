using System.Text.RegularExpressions;

namespace Consensus.Architecture.Tests;

/// <summary>The registry of signals says what the code can emit, no less and no more. A log message's event name arrives at collectors as the event's name.</summary>
public sealed partial class RegistryTests
{
    private static string[] Declared => [.. DeclaredName().Matches(Repository.Read("registry/logs.yaml")).Select(match => match.Groups["name"].Value)];

    private static string[] Sources => [.. Repository.Files("src", ".cs").Select(Repository.Read)];

    [Test]
    public void Each_log_message_is_declared_and_each_declared_one_is_logged()
    {
        var logged = Sources.SelectMany(source => LoggedName().Matches(source).Select(match => match.Groups["name"].Value)).ToArray();
        Assert.That(logged, Is.Unique);
        Assert.That(logged, Is.EquivalentTo(Declared));
    }

    [Test]
    public void Each_log_message_has_a_name() =>
        Assert.That(Sources.Sum(source => LogMessage().Count(source)), Is.EqualTo(Sources.Sum(source => LoggedName().Count(source))).And.GreaterThan(0));

    [Test]
    public void Names_and_descriptions_are_written_as_the_conventions_say()
    {
        Assert.That(Declared, Has.All.Match("^consensus([._][a-z0-9]+)+$"));
        Assert.That(DeclaredBrief().Matches(Repository.Read("registry/logs.yaml")).Select(match => match.Groups["name"].Value), Has.Exactly(Declared.Length).EndsWith("."));
    }

    [GeneratedRegex(@"^    name: (?<name>\S+)$", RegexOptions.Multiline)]
    private static partial Regex DeclaredName();

    [GeneratedRegex("^    brief: '(?<name>.*)'$", RegexOptions.Multiline)]
    private static partial Regex DeclaredBrief();

    [GeneratedRegex(@"\[LoggerMessage\(")]
    private static partial Regex LogMessage();

    [GeneratedRegex("EventName = \"(?<name>[^\"]+)\"")]
    private static partial Regex LoggedName();
}
