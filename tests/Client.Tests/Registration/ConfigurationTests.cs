using System.Text;
using Consensus.Client.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Consensus.Client.Tests.Registration;

/// <summary>The options of a client in a configuration.</summary>
public sealed class ConfigurationTests
{
    private const string Endpoint = "http://host:port or https://host:port, with a path if the API has one, and nothing after it";
    private const string Duration = "a duration such as \"150ms\", \"2s\" or \"00:00:00.150\", from 1ms to 1d";

    [Test]
    public void Every_option_but_the_callback_is_read()
    {
        var options = Bind("""
            {
              "Endpoints": ["http://node1:8101", "https://node2:8101/orders"],
              "Timeout": "1s", "ChangeTimeout": "2m", "AttemptTimeout": "3s", "ConnectTimeout": "4s", "BackoffMin": "5ms", "BackoffMax": "6s",
              "PreferLeader": false, "LeaderInterval": "7s", "EventSilence": "8s", "ConnectionsPerNodeMax": 9, "AnswerBytesMax": 100000,
              "BearerToken": "a-token"
            }
            """);
        var defaults = new ConsensusClientOptions();

        Assert.That(options.Endpoints.Select(endpoint => endpoint.AbsoluteUri), Is.EqualTo(["http://node1:8101/", "https://node2:8101/orders"]));
        Assert.That(options.BearerToken, Is.EqualTo("a-token"));
        Assert.That(options.PreferLeader, Is.False);
        Assert.That(options.ChangeTimeout, Is.EqualTo(TimeSpan.FromMinutes(2)));
        var same = typeof(ConsensusClientOptions).GetProperties()
            .Where(property => property.CanWrite && Equals(property.GetValue(options), property.GetValue(defaults)))
            .Select(property => property.Name);
        Assert.That(same, Is.EqualTo([nameof(options.AuthorityPem), nameof(options.Trust), nameof(options.Signer), nameof(options.Retrying)]));
    }

    [Test]
    public void All_that_is_wrong_is_said_at_once_with_its_path()
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Bind("""
            {
              "Endpoints": ["node1:8101", "http://a:8101", 5, "http://a:8101/", null, "http://"],
              "Endpoint": "http://a:8101", "Retrying": true,
              "Timeout": "15", "ChangeTimeout": "2d", "BackoffMin": "2s", "PreferLeader": "often",
              "ConnectionsPerNodeMax": 0, "BearerToken": "not a token", "AuthorityPem": "not a certificate"
            }
            """))!;

        Assert.That(failure.Failures, Is.EquivalentTo(
        [
            $"ConsensusClient:Endpoints:0 is \"node1:8101\"; allowed: {Endpoint}.",
            $"ConsensusClient:Endpoints:2 is \"5\"; allowed: {Endpoint}.",
            "ConsensusClient:Endpoints:3 is \"http://a:8101/\" for the second time; allowed: each once.",
            $"ConsensusClient:Endpoints:4 is null; allowed: {Endpoint}.",
            $"ConsensusClient:Endpoints:5 is \"http://\"; allowed: {Endpoint}.",
            "ConsensusClient:Endpoint is not a known key; the nearest one is Endpoints.",
            "ConsensusClient:Retrying is not a known key; allowed: Timeout, ChangeTimeout, AttemptTimeout, ConnectTimeout, BackoffMin, BackoffMax, PreferLeader, LeaderInterval, EventSilence, ConnectionsPerNodeMax, AnswerBytesMax, BearerToken, AuthorityPem, Endpoints.",
            $"ConsensusClient:Timeout is \"15\"; allowed: {Duration}.",
            $"ConsensusClient:ChangeTimeout is 2d; allowed: {Duration}.",
            "ConsensusClient:BackoffMin is 2s; allowed: at most BackoffMax (1s).",
            "ConsensusClient:PreferLeader is \"often\"; allowed: true or false.",
            "ConsensusClient:ConnectionsPerNodeMax is 0; allowed: a whole number from 1 to 65,536.",
            "ConsensusClient:BearerToken cannot be sent as it is; allowed: ASCII letters, digits and -._~+/=, or no token.",
            "ConsensusClient:AuthorityPem holds no certificate that can be read; allowed: certificates in PEM form, or nothing.",
        ]));
    }

    [TestCase("""{ "Endpoints": "http://a:8101" }""", "ConsensusClient:Endpoints is \"http://a:8101\"; allowed: a list of addresses.")]
    [TestCase("""{ "Endpoints": [] }""", "ConsensusClient:Endpoints has 0 addresses; allowed: 1 to 64.")]
    [TestCase("""{ "Timeout": "1s" }""", "ConsensusClient:Endpoints has 0 addresses; allowed: 1 to 64.")]
    [TestCase("""["http://a:8101"]""", "ConsensusClient is a list; allowed: an object.")]
    [TestCase("\"http://a:8101\"", "ConsensusClient is \"http://a:8101\"; allowed: an object.")]
    public void One_mistake_is_one_sentence(string section, string problem)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Bind(section))!;

        Assert.That(failure.Failures, Is.EqualTo([problem]));
    }

    [Test]
    public void A_missing_section_is_said()
    {
        using var provider = new ServiceCollection().AddConsensusClient(new ConfigurationBuilder().Build().GetSection("ConsensusClient")).BuildServiceProvider();

        var failure = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<ConsensusClient>())!;

        Assert.That(failure.Failures, Is.EqualTo(["ConsensusClient is missing; allowed: an object with the settings of a client."]));
    }

    [Test]
    public async Task A_client_from_a_configuration_works_and_code_may_add_to_it()
    {
        using var nodes = new ScriptedNodes("a");
        await using var provider = new ServiceCollection()
            .AddSingleton<TimeProvider>(nodes.Time)
            .AddConsensusClient(Section("""{ "Endpoints": ["http://a:8101"] }"""), _ => nodes)
            .AddConsensusClient(options => options.PreferLeader = false)
            .BuildServiceProvider();

        var put = await provider.GetRequiredService<KeyValueClient>().PutAsync("k"u8.ToArray(), "v"u8.ToArray());

        Assert.That(put.IsApplied, Is.True);
        Assert.That(provider.GetRequiredService<IOptions<ConsensusClientOptions>>().Value.PreferLeader, Is.False);
    }

    private static ConsensusClientOptions Bind(string json)
    {
        using var provider = new ServiceCollection().AddConsensusClient(Section(json)).BuildServiceProvider();
        return provider.GetRequiredService<IOptions<ConsensusClientOptions>>().Value;
    }

    private static IConfigurationSection Section(string json)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "ConsensusClient": {{json}} }"""));
        return new ConfigurationBuilder().AddJsonStream(stream).Build().GetSection("ConsensusClient");
    }
}
