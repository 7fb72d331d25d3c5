using Consensus.Client.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Consensus.Client.Tests.Registration;

public sealed class OptionsTests
{
    private static readonly Uri Node = new("http://a:8101");

    [Test]
    public void All_that_is_wrong_is_said_at_once()
    {
        var options = new ConsensusClientOptions
        {
            Timeout = TimeSpan.Zero,
            ChangeTimeout = TimeSpan.FromDays(2),
            BackoffMin = TimeSpan.FromSeconds(2),
            ConnectionsPerNodeMax = 0,
            AnswerBytesMax = 1,
            BearerToken = "not a token",
            AuthorityPem = "not a certificate",
        };
        options.Endpoints.Add(new Uri("ftp://a"));
        options.Endpoints.Add(Node);
        options.Endpoints.Add(new Uri("http://a:8101/"));
        options.Endpoints.Add(new Uri("http://user@a:8101?x=1"));

        var failure = Assert.Throws<OptionsValidationException>(() => _ = new ConsensusClient(options))!;

        Assert.That(failure.Failures.Select(problem => problem.Split(' ')[0]), Is.EqualTo(
        [
            "Endpoints:0", "Endpoints:2", "Endpoints:3", "Timeout", "ChangeTimeout", "ConnectionsPerNodeMax", "AnswerBytesMax", "BackoffMin", "BearerToken", "AuthorityPem",
        ]));
        Assert.That(failure.Failures, Has.All.Contains("allowed:"));
        Assert.That(failure.Message, Does.Not.Contain("not a token"), "a secret");
    }

    [Test]
    public void A_cluster_has_at_least_one_node() =>
        Assert.That(() => new ConsensusClient(new ConsensusClientOptions()), Throws.TypeOf<OptionsValidationException>().With.Message.StartsWith("Endpoints has 0"));

    [Test]
    public async Task The_client_and_its_machines_are_services()
    {
        using var nodes = new ScriptedNodes("a");
        var services = new ServiceCollection()
            .AddSingleton<TimeProvider>(nodes.Time)
            .AddConsensusClient(options => options.Endpoints.Add(Node), _ => nodes)
            .AddConsensusClient(options => options.PreferLeader = false);
        await using var provider = services.BuildServiceProvider();

        var put = await provider.GetRequiredService<KeyValueClient>().PutAsync("k"u8.ToArray(), "v"u8.ToArray());

        Assert.That(put.IsApplied, Is.True);
        Assert.That(provider.GetRequiredService<KeyValueClient>(), Is.SameAs(provider.GetRequiredService<ConsensusClient>().KeyValue));
        Assert.That(provider.GetRequiredService<WorkflowClient>(), Is.SameAs(provider.GetRequiredService<ConsensusClient>().Workflow));
    }

    [Test]
    public async Task Wrong_options_of_a_service_are_found_when_it_is_used()
    {
        await using var provider = new ServiceCollection().AddConsensusClient(_ => { }).BuildServiceProvider();

        Assert.That(() => provider.GetRequiredService<ConsensusClient>(), Throws.TypeOf<OptionsValidationException>());
    }
}
