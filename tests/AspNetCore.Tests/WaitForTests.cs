using Consensus.AspNetCore.Tests.Fakes;
using Consensus.Replication.KeyValue;
using Consensus.Replication.Workflow;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Consensus.AspNetCore.Tests;

/// <summary><c>wait_for</c>: when a write counts as done.</summary>
[TestFixture]
internal sealed class WaitForTests
{
    private const string Graph = """{"name":"g","states":["a"],"initial":"a","final":[],"transitions":[]}""";

    private ScriptedConsensus _consensus = null!;
    private ApiHost _host = null!;

    [SetUp]
    public async Task Start()
    {
        _consensus = new ScriptedConsensus();
        _host = await ApiHost.StartAsync(
            services => services.AddSingleton<IConsensus>(_consensus).AddSingleton(new KeyValueStore(_consensus)).AddSingleton(new WorkflowStore(_consensus)),
            application => application.MapConsensus());
    }

    [TearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [TestCase("PUT", "/v1/kv/key", null)]
    [TestCase("DELETE", "/v1/kv/key", null)]
    [TestCase("POST", "/v1/kv/key/cas", """{"expected":null,"replacement":"a"}""")]
    [TestCase("POST", "/v1/cases", """{"id":"a","deployed_graph":"g"}""")]
    [TestCase("POST", "/v1/cases/a/state", """{"to":"b"}""")]
    [TestCase("DELETE", "/v1/cases/a", null)]
    [TestCase("PUT", "/v1/graphs/g", Graph)]
    [TestCase("DELETE", "/v1/graphs/g", null)]
    [TestCase("POST", "/v1/policies", """{"name":"p","to":["b"],"requires":[{"exists":"ok"}]}""")]
    [TestCase("DELETE", "/v1/policies/p", null)]
    [TestCase("POST", "/v1/overlays", """{"name":"o","version":1,"elements":[{"remove_policy":"p"}]}""")]
    [TestCase("POST", "/v1/operations/double", """{"payload":"a"}""")]
    public async Task Every_write_waits_for_what_it_is_asked_to(string method, string path, string? body)
    {
        foreach (var (query, level) in new[] { ("", CommitLevel.Committed), ("?wait_for=committed", CommitLevel.Committed), ("?wait_for=certified", CommitLevel.Certified) })
        {
            using var content = body is null ? null : ApiHost.Json(body);

            var answer = await _host.SendAsync(new HttpMethod(method), path + query, content, ("Idempotency-Key", "12:3"), ("Idempotency-Acknowledged-Below", "2"));

            // The group refuses all of them; what counts is how it was asked.
            Assert.That(answer.Code, Is.EqualTo("not-supported"), answer.Text);
            Assert.That(_consensus.LastOptions.WaitFor, Is.EqualTo(level), query);
            Assert.That((_consensus.LastOptions.Request, _consensus.LastOptions.AcknowledgedBelow), Is.EqualTo((new RequestId(new ClientId(12), 3), 2UL)));
        }

        Assert.That(_consensus.Proposals, Is.EqualTo(3));
    }

    [Test]
    public async Task What_the_engine_cannot_certify_is_not_supported_and_had_no_effect()
    {
        _consensus.Propose = (_, _) => new(ProposeResult.Refused(RefusalReason.NotSupported));

        var answer = await _host.SendAsync(HttpMethod.Delete, "/v1/kv/key?wait_for=certified");

        Assert.That((answer.Status, answer.Code), Is.EqualTo((501, "not-supported")));
        Assert.That((bool)answer.Document["may_have_taken_effect"]!, Is.False);
        Assert.That((string?)answer.Document["detail"], Does.Contain("cannot give what 'wait_for' asks for").And.EndsWith("The command has had, and will have, no effect."));
    }

    [Test]
    public async Task What_is_committed_and_not_certified_in_time_is_unknown()
    {
        _consensus.Propose = (_, _) => new(ProposeResult.Unknown(RefusalReason.TimedOut));

        var answer = await _host.SendAsync(HttpMethod.Delete, "/v1/kv/key?wait_for=certified");

        Assert.That((answer.Status, answer.Code), Is.EqualTo((504, "outcome-unknown")));
        Assert.That((bool)answer.Document["may_have_taken_effect"]!, Is.True);
    }

    [Test]
    public async Task A_key_in_another_encoding_may_wait_too()
    {
        await _host.SendAsync(HttpMethod.Put, "/v1/kv/Li4?encoding=base64url&wait_for=certified");

        Assert.That((_consensus.Proposals, _consensus.LastOptions.WaitFor), Is.EqualTo((1, CommitLevel.Certified)));
    }
}
