using Consensus.AspNetCore.Tests.Fakes;
using Consensus.Replication.KeyValue;
using Consensus.Replication.Workflow;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Consensus.AspNetCore.Tests;

/// <summary>Whatever is sent that makes no sense is answered as a problem with a type that never changes, and reaches no replica.</summary>
[TestFixture]
internal sealed class BadInputTests
{
    private const int BodyBytesMax = 1024 * 1024;
    private const string NoJson = "The body is not the JSON that is expected here: ";
    private const string SayJson = "The body must be JSON, and say so: Content-Type: application/json.";
    private const string Nothing = "There is nothing at this path. GET /v1/openapi.json lists what there is.";
    private const string TooLong = "The body has more than 1,048,576 bytes, which is the limit (Consensus:Http:BodyBytesMax).";

    private static readonly BadRequest[] Rows =
    [
        // Too much.
        new("A value that is too long", "PUT", "/v1/kv/key", 413, "too-large", TooLong) { Body = new byte[BodyBytesMax + 1], ContentType = "application/octet-stream" },
        new("A value that is too long, in chunks", "PUT", "/v1/kv/key", 413, "too-large", TooLong) { Body = new byte[BodyBytesMax + 1], ContentType = null, IsChunked = true },
        new("A JSON body that is too long", "POST", "/v1/members", 413, "too-large", "The body has more than ") { Body = new byte[8 * BodyBytesMax] },

        // Of another kind.
        new BadRequest("A body of plain text", "POST", "/v1/members", 415, "unsupported-media-type", SayJson).With("""{"id":4,"address":"h:1"}""", "text/plain"),
        new BadRequest("A body that does not say what it is", "POST", "/v1/members", 415, "unsupported-media-type", SayJson).With("""{"id":4,"address":"h:1"}""", null),
        new BadRequest("A form", "POST", "/v1/control/transfer", 415, "unsupported-media-type", SayJson).With("target=3", "application/x-www-form-urlencoded"),
        new("No body at all", "POST", "/v1/members", 415, "unsupported-media-type", SayJson),

        // JSON that is none, or another.
        new BadRequest("Half a body", "POST", "/v1/members", 400, "malformed-request", NoJson + "line 1, byte 9: Expected start of a property name or value").With("{\"id\": 4,"),
        new BadRequest("A body that is no JSON", "POST", "/v1/control/transfer", 400, "malformed-request", NoJson + "line 1, byte 2: 'target=3' is an invalid JSON literal.").With("target=3"),
        new BadRequest("An empty body", "POST", "/v1/members", 400, "malformed-request", NoJson).With(""),
        new BadRequest("A body that is null", "POST", "/v1/members", 400, "malformed-request", "The body is null; it must be a JSON object.").With("null"),
        new BadRequest("A body that is a list", "POST", "/v1/members", 400, "malformed-request", NoJson).With("[]"),
        new("A body in another encoding", "POST", "/v1/members", 400, "malformed-request", NoJson) { Body = System.Text.Encoding.Unicode.GetBytes("""{"id":4,"address":"h:1"}""") },
        new BadRequest("An unknown member", "POST", "/v1/members", 400, "malformed-request", NoJson + "at $.rank, line 1, byte 32: 'rank' is not a known member.").With("""{"id":4,"address":"h:1","rank":1}"""),
        new BadRequest("A member that is there twice", "POST", "/v1/members", 400, "malformed-request", "'id' is there twice.").With("""{"id":4,"id":5,"address":"h:1"}"""),
        new BadRequest("A member that is missing", "POST", "/v1/members", 400, "malformed-request", "these members are missing: 'id'.").With("""{"address":"h:1"}"""),
        new BadRequest("A text in the place of a number", "POST", "/v1/members", 400, "malformed-request", "the value has another type than is expected here, or is out of its range.").With("""{"id":"four","address":"h:1"}"""),
        new BadRequest("An unknown kind of change", "POST", "/v1/members", 400, "malformed-request", NoJson + "at $.kind").With("""{"id":4,"address":"h:1","kind":"crown"}"""),
        new BadRequest("An unknown member of a case", "POST", "/v1/cases", 400, "malformed-request", "is not a known member").With("""{"grap":"g"}"""),
        new BadRequest("Half a policy", "POST", "/v1/policies", 400, "malformed-request", NoJson).With("{"),

        // Orders of operators.
        new BadRequest("An order that is no base64", "POST", "/v1/control/seal", 400, "malformed-request", NoJson).With("""{"order":"pbft!"}"""),
        new BadRequest("An order of nothing", "POST", "/v1/control/seal", 400, "malformed-request", "'order' has 0 bytes; allowed: 1 to 32,768, a signed order as consensus seal makes it.").With("""{"order":""}"""),
        new BadRequest("An order that is too long", "POST", "/v1/control/seal", 400, "malformed-request", "'order' has 32769 bytes; allowed: 1 to 32,768").With($$"""{"order":"{{new string('A', 43692)}}"}"""),
        new BadRequest("An order that is not there", "POST", "/v1/control/seal", 400, "malformed-request", "these members are missing: 'order'.").With("{}"),

        // Keys of clients: too short, no digits, a point of small order, a second encoding of a point.
        new BadRequest("Half a public key", "POST", "/v1/sessions", 400, "malformed-request", "public_key is no Ed25519 public key").With($$"""{"public_key":"{{new string('a', 62)}}"}"""),
        new BadRequest("A public key of letters", "POST", "/v1/sessions", 400, "malformed-request", "public_key is no Ed25519 public key").With($$"""{"public_key":"{{new string('x', 64)}}"}"""),
        new BadRequest("A public key of small order", "POST", "/v1/sessions", 400, "malformed-request", "public_key is no Ed25519 public key").With($$"""{"public_key":"01{{new string('0', 62)}}"}"""),
        new BadRequest("A public key beyond the field", "POST", "/v1/sessions", 400, "malformed-request", "public_key is no Ed25519 public key").With($$"""{"public_key":"f0{{new string('f', 60)}}7f"}"""),
        new BadRequest("A secret key under another name", "POST", "/v1/sessions", 400, "malformed-request", "is not a known member").With("""{"secret_key":"aa"}"""),

        // Paths and queries.
        new("A path that there is not", "GET", "/v1/nothing", 404, "unknown-path", Nothing),
        new("The beginning of all paths", "GET", "/v1", 404, "unknown-path", Nothing),
        new("A path of another version", "GET", "/v1/v2/status", 404, "unknown-path", Nothing),
        new BadRequest("A write to a path that there is not", "POST", "/v1/member", 404, "unknown-path", Nothing).With("{}"),
        new("A key that cannot be read", "GET", "/v1/kv/a%zz", 400, "malformed-request", "%"),
        new("A consistency that there is not", "GET", "/v1/kv/key?consistency=eventual", 400, "malformed-request", "consistency"),
        new("A parameter that there is not", "GET", "/v1/kv/key?consistancy=stale", 400, "unknown-parameter", "'consistancy' is no parameter of this request; allowed: encoding, consistency."),
        new("A parameter in another case", "GET", "/v1/kv?limit=2&Prefix=a", 400, "unknown-parameter", "'Prefix' is no parameter of this request; allowed: prefix, after, limit, consistency."),
        new("A parameter whose name is encoded", "GET", "/v1/kv?pre%66ix=a", 400, "unknown-parameter", "'pre%66ix' is no parameter"),
        new("A parameter of another request", "PUT", "/v1/kv/key?consistency=stale", 400, "unknown-parameter", "'consistency' is no parameter of this request; allowed: encoding, wait_for."),
        new("A read that waits for a level", "GET", "/v1/kv/key?wait_for=certified", 400, "unknown-parameter", "'wait_for' is no parameter of this request; allowed: encoding, consistency."),
        new("A level that there is not", "DELETE", "/v1/kv/key?wait_for=signed", 400, "malformed-request", "'wait_for' must be committed or certified."),
        new("A level in another case", "DELETE", "/v1/cases/case?wait_for=Certified", 400, "malformed-request", "'wait_for' must be committed or certified."),
        new("No level at all", "DELETE", "/v1/kv/key?wait_for=", 400, "malformed-request", "'wait_for' must be committed or certified."),
        new("Two levels", "DELETE", "/v1/kv/key?wait_for=certified&wait_for=certified", 400, "malformed-request", "'wait_for' must be committed or certified."),
        new("A parameter without a value", "DELETE", "/v1/members/3?force", 400, "unknown-parameter", "'force' is no parameter of this request; allowed: expected_version."),
        new("A value without a parameter", "POST", "/v1/sessions?=5", 400, "unknown-parameter", "'' is no parameter of this request; it takes none."),
        new("A member that is no number", "DELETE", "/v1/members/three", 400, "malformed-request", "A member is named by its number, 1 to 4,294,967,295."),

        // Methods.
        new BadRequest("A write of the status", "POST", "/v1/status", 405, "method-not-allowed", "POST is nothing that can be done here; allowed: GET.") { Allow = "GET" }.With("{}"),
        new("A removal of all members", "DELETE", "/v1/members", 405, "method-not-allowed", "DELETE is nothing that can be done here; allowed: GET, POST.") { Allow = "GET, POST" },
        new BadRequest("A replacement of a member", "PUT", "/v1/members/3", 405, "method-not-allowed", "PUT is nothing that can be done here; allowed: DELETE.") { Allow = "DELETE" }.With("{}"),
        new("A transfer that is only looked at", "GET", "/v1/control/transfer", 405, "method-not-allowed", "GET is nothing that can be done here; allowed: POST.") { Allow = "POST" },
        new BadRequest("A method that nobody knows", "BREW", "/v1/kv/key", 405, "method-not-allowed", "BREW is nothing that can be done here; allowed: ") { Allow = "DELETE, GET, HEAD, POST, PUT" },
    ];

    private ScriptedConsensus _consensus = null!;
    private ApiHost _host = null!;

    private static IEnumerable<TestCaseData> Cases => Rows.Select(row => new TestCaseData(row).SetName($"{row.Name} is a problem"));

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

    [TestCaseSource(nameof(Cases))]
    public async Task What_makes_no_sense_is_a_problem(BadRequest row)
    {
        using var content = Content(row);

        var answer = await _host.SendAsync(new HttpMethod(row.Method), row.Path, content);

        Assert.That((answer.Status, answer.ContentHeaders.ContentType?.MediaType), Is.EqualTo((row.Status, "application/problem+json")), answer.Text);
        Assert.That((string?)answer.Document["type"], Is.EqualTo($"urn:consensus:problem:{row.Code}"));
        Assert.That(answer.Code, Is.EqualTo(row.Code));
        Assert.That((int)answer.Document["status"]!, Is.EqualTo(row.Status));
        Assert.That((string?)answer.Document["detail"], Does.Contain(row.Detail));
        Assert.That((bool)answer.Document["may_have_taken_effect"]!, Is.False);
        Assert.That(string.Join(", ", answer.ContentHeaders.Allow.Order(StringComparer.Ordinal)), Is.EqualTo(row.Allow));
        Assert.That((_consensus.Proposals, _consensus.LastChange, _consensus.LastTarget), Is.EqualTo((0, (MembershipChange?)null, (NodeId?)null)), "nothing reached the replica");
    }

    [Test]
    public async Task Every_endpoint_refuses_a_parameter_that_it_does_not_know()
    {
        foreach (var endpoint in _host.Endpoints)
        {
            if (endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is not { HttpMethods: [var method] })
            {
                continue;
            }

            var path = endpoint.RoutePattern.RawText!.Replace("{**key}", "key", StringComparison.Ordinal).Replace("{name}", "name", StringComparison.Ordinal).Replace("{id}", "3", StringComparison.Ordinal);
            var answer = await _host.SendAsync(new HttpMethod(method), $"{path}?surprise=1");

            Assert.That(answer.Status, Is.EqualTo(400), $"{method} {path}");
            Assert.That(method == "HEAD" || answer.Code == "unknown-parameter", Is.True, $"{method} {path}: {answer.Text}");
        }
    }

    [Test]
    public async Task Empty_parameters_are_none()
    {
        Assert.That((await _host.SendAsync(HttpMethod.Get, "/v1/status?")).Status, Is.EqualTo(200));
        Assert.That((await _host.SendAsync(HttpMethod.Get, "/v1/members?&")).Status, Is.EqualTo(200));
    }

    /// <summary>Somebody changes the membership from what they knew of it, and it is another one by now.</summary>
    [TestCase(RefusalReason.InvalidChange, "invalid-change")]
    [TestCase(RefusalReason.Busy, "busy")]
    public async Task A_change_of_a_membership_that_is_another_one_by_now_is_a_problem(RefusalReason reason, string code)
    {
        _consensus.Control = new ControlResult(reason, "Node 1 is a member already, at a:1.");

        var answer = await _host.SendAsync(HttpMethod.Post, "/v1/members", ApiHost.Json("""{"id":1,"address":"b:1"}"""));

        Assert.That((answer.Status, (string?)answer.Document["type"]), Is.EqualTo((409, $"urn:consensus:problem:{code}")));
        Assert.That((string?)answer.Document["detail"], Is.EqualTo("Node 1 is a member already, at a:1."));
    }

    [Test]
    public async Task What_the_application_maps_itself_is_its_own()
    {
        await using var host = await ApiHost.StartAsync(
            services => services.AddSingleton<IConsensus>(_consensus),
            application =>
            {
                application.MapConsensus();
                application.MapGet("/v1/{name}", (string name) => $"the application's {name}");
                application.MapPut("/v1/status", () => "the application's status");
            });

        Assert.That((await host.SendAsync(HttpMethod.Get, "/v1/orders")).Text, Is.EqualTo("the application's orders"));
        Assert.That((await host.SendAsync(HttpMethod.Put, "/v1/status")).Text, Is.EqualTo("the application's status"));
        Assert.That((await host.SendAsync(HttpMethod.Get, "/elsewhere")).Text, Is.Empty, "beyond the API the application answers");
    }

    private static HttpContent? Content(BadRequest row)
    {
        if (row.Body is null)
        {
            return null;
        }

        HttpContent content = row.IsChunked ? new StreamContent(new UnknownLength(row.Body)) : new ByteArrayContent(row.Body);
        content.Headers.Remove("Content-Type");
        if (row.ContentType is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", row.ContentType);
        }

        return content;
    }

    /// <summary>A stream that cannot say how long it is, so that it is sent in chunks.</summary>
    private sealed class UnknownLength(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
