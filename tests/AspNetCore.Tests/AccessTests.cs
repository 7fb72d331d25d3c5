using Consensus.AspNetCore.Access;
using Consensus.AspNetCore.Tests.Fakes;
using Consensus.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Consensus.AspNetCore.Tests;

/// <summary>Who may do what, when the node has tokens.</summary>
public sealed class AccessTests
{
    private const string Reader = "reader-0123456789";
    private const string Writer = "writer-0123456789";
    private const string Operator = "operator-0123456789";

    private string _file = "";

    [SetUp]
    public void WriteTokens()
    {
        _file = Path.GetTempFileName();
        File.WriteAllText(_file, $"# who may do what\nread {Reader}\nwrite {Writer}\n\noperate {Operator}\n");
    }

    [TearDown]
    public void DeleteTokens() => File.Delete(_file);

    [TestCase("GET", "/v1/status", null, 401)]
    [TestCase("GET", "/v1/status", "unknown-0123456789", 401)]
    [TestCase("GET", "/v1/status", Reader, 200)]
    [TestCase("GET", "/v1/status", Operator, 200)]
    [TestCase("GET", "/v1/metrics", null, 401)]
    [TestCase("GET", "/v1/members", Reader, 200)]
    [TestCase("GET", "/v1/peers", null, 401)]
    [TestCase("GET", "/v1/peers", Reader, 501)]
    [TestCase("GET", "/v1/evidence", null, 401)]
    [TestCase("GET", "/v1/evidence", Reader, 200)]
    [TestCase("GET", "/v1/evidence/00", null, 401)]
    [TestCase("GET", "/v1/evidence/00", Reader, 404)]
    [TestCase("GET", "/v1/events", null, 401)]
    [TestCase("POST", "/v1/sessions", Reader, 403)]
    [TestCase("POST", "/v1/sessions", Writer, 201)]
    [TestCase("POST", "/v1/sessions", Operator, 201)]
    [TestCase("DELETE", "/v1/members/2", null, 401)]
    [TestCase("DELETE", "/v1/members/2", Writer, 403)]
    [TestCase("DELETE", "/v1/members/2", Operator, 200)]
    [TestCase("GET", "/healthz/live", null, 200)]
    [TestCase("GET", "/healthz/ready", null, 200)]
    public async Task Each_role_may_do_what_those_below_it_may(string method, string path, string? token, int status)
    {
        await using var host = await StartAsync(_file);

        var answer = await host.SendAsync(new HttpMethod(method), path, null, token is null ? [] : [("Authorization", $"Bearer {token}")]);

        Assert.That(answer.Status, Is.EqualTo(status), answer.Text);
    }

    [Test]
    public async Task Who_is_turned_away_learns_what_is_missing_and_no_secret()
    {
        await using var host = await StartAsync(_file);

        var none = await host.SendAsync(HttpMethod.Get, "/v1/status");
        var unknown = await host.SendAsync(HttpMethod.Get, "/v1/status", null, ("Authorization", "Bearer guess-0123456789"));
        var other = await host.SendAsync(HttpMethod.Get, "/v1/status", null, ("Authorization", "Basic cmVhZGVyOng="));
        var weak = await host.SendAsync(HttpMethod.Post, "/v1/control/transfer", ApiHost.Json("{}"), ("Authorization", $"bearer {Reader}"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((none.Code, none.Headers.WwwAuthenticate.ToString()), Is.EqualTo(("unauthenticated", "Bearer")));
            Assert.That((unknown.Code, unknown.Headers.WwwAuthenticate.ToString()), Is.EqualTo(("unauthenticated", "Bearer error=\"invalid_token\"")));
            Assert.That((other.Status, other.Code), Is.EqualTo((401, "unauthenticated")));
            Assert.That((weak.Code, weak.Headers.WwwAuthenticate.ToString()), Is.EqualTo(("forbidden", "Bearer error=\"insufficient_scope\", scope=\"operate\"")));
            Assert.That(unknown.Text + weak.Text, Does.Not.Contain("guess-").And.Not.Contain(Reader));
            Assert.That((string?)weak.Document["type"], Is.EqualTo("urn:consensus:problem:forbidden"));
        }
    }

    [Test]
    public async Task Only_whether_the_node_lives_needs_no_role()
    {
        await using var host = await StartAsync(_file);

        var open = host.Endpoints.Where(endpoint => endpoint.Metadata.GetRequiredMetadata<ApiAccess>().Role == AccessRole.Anyone).Select(endpoint => endpoint.RoutePattern.RawText);

        Assert.That(open, Is.EquivalentTo(["/healthz/live", "/healthz/ready"]));
    }

    [Test]
    public async Task Without_a_file_nobody_is_asked()
    {
        await using var host = await StartAsync("");

        var answer = await host.SendAsync(HttpMethod.Post, "/v1/sessions");

        Assert.That(answer.Status, Is.EqualTo(201));
    }

    [Test]
    public async Task Nobody_gets_in_while_the_file_cannot_be_read()
    {
        await using var host = await StartAsync(Path.Combine(Path.GetTempPath(), "there-is-no-such-file"));

        var answer = await host.SendAsync(HttpMethod.Get, "/v1/status", null, ("Authorization", $"Bearer {Reader}"));

        Assert.That(answer.Status, Is.GreaterThanOrEqualTo(500));
    }

    private static Task<ApiHost> StartAsync(string file)
    {
        var options = new ConsensusOptions();
        options.Http.TokensFile = file;
        var consensus = new ScriptedConsensus();
        consensus.Status = consensus.Status with { AppliedIndex = consensus.Status.CommitIndex };
        return ApiHost.StartAsync(
            services => services.AddSingleton<IConsensus>(consensus).AddKeyedSingleton(Options.DefaultName, options),
            application => application.MapConsensus());
    }
}
