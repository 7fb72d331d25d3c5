using Consensus.AspNetCore.Tests.Fakes;
using Consensus.Replication.Workflow;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Consensus.AspNetCore.Tests;

[TestFixture]
internal sealed class WorkflowTests
{
    private const string Graph = """{"name":"order","states":["new","paid","done"],"initial":"new","final":["done"],"transitions":[{"from":"new","to":"paid"},{"from":"paid","to":"done"}]}""";

    private LocalConsensus _consensus = null!;
    private ApiHost _host = null!;

    [SetUp]
    public async Task Start()
    {
        _consensus = new LocalConsensus(new WorkflowStateMachine([new DoubleOperation()]));
        _host = await ApiHost.StartAsync(
            services => services.AddSingleton<IConsensus>(_consensus).AddSingleton(new WorkflowStore(_consensus)),
            application => application.MapConsensus());
    }

    [TearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task A_case_is_opened_moved_shown_and_removed()
    {
        var created = await PostAsync("/v1/cases", $$"""{"id":"a/1","graph":{{Graph}},"properties":{"who":"me","raw":{"base64":"/w=="} } }""");
        var paid = await PostAsync("/v1/cases/a%2F1/state", """{"to":"paid","properties":{"raw":null,"sum":"12"},"expected_revision":1}""");
        var shown = await _host.SendAsync(HttpMethod.Get, "/v1/cases/a%2f1");
        var listed = await _host.SendAsync(HttpMethod.Get, "/v1/cases?prefix=a/");

        Assert.That((created.Status, (ulong)created.Document["revision"]!), Is.EqualTo((200, 1)), created.Text);
        Assert.That((paid.Status, (ulong)paid.Document["revision"]!), Is.EqualTo((200, 2)), paid.Text);
        Assert.That((string?)shown.Document["state"], Is.EqualTo("paid"));
        Assert.That(shown.Document["properties"]!.ToJsonString(), Is.EqualTo("""{"sum":"12","who":"me"}"""));
        Assert.That(shown.Document["next_states"]!.ToJsonString(), Is.EqualTo("""["done"]"""));
        Assert.That(listed.Document["items"]![0]!.ToJsonString(), Is.EqualTo(shown.Document.ToJsonString()));

        await PostAsync("/v1/cases/a%2F1/state", """{"to":"done"}""");
        Assert.That((await _host.SendAsync(HttpMethod.Delete, "/v1/cases/a%2F1")).Status, Is.EqualTo(200));
        Assert.That((await _host.SendAsync(HttpMethod.Get, "/v1/cases/a%2F1")).Code, Is.EqualTo("not-found"));
    }

    [Test]
    public async Task Each_rejection_has_the_status_of_its_kind()
    {
        await PostAsync("/v1/cases", $$"""{"id":"a","graph":{{Graph}} }""");

        (string Path, string Body, int Status, string Rejection)[] rows =
        [
            ("/v1/cases", $$"""{"id":"a","graph":{{Graph}} }""", 409, "case_exists"),
            ("/v1/cases", """{"id":"b"}""", 400, "invalid_graph"),
            ("/v1/cases", """{"id":"b","deployed_graph":"none"}""", 404, "graph_not_found"),
            ("/v1/cases/a/state", """{"to":"done"}""", 409, "transition_not_allowed"),
            ("/v1/cases/a/state", """{"to":"lost"}""", 409, "unknown_state"),
            ("/v1/cases/a/state", """{"to":"paid","expected_revision":7}""", 409, "revision_mismatch"),
            ("/v1/cases/z/state", """{"to":"paid"}""", 404, "case_not_found"),
        ];
        foreach (var row in rows)
        {
            var answer = await PostAsync(row.Path, row.Body);

            Assert.That((answer.Status, (string?)answer.Document["rejection"]), Is.EqualTo((row.Status, row.Rejection)), answer.Text);
            Assert.That((bool)answer.Document["may_have_taken_effect"]!, Is.False);
        }
    }

    [TestCase("""{"exists":"p"}""")]
    [TestCase("""{"absent":"p"}""")]
    [TestCase("""{"property":"p","is":"not_equal","value":"x"}""")]
    [TestCase("""{"property":"p","is":"greater_or_equal","number":-3}""")]
    [TestCase("""{"cases_in_state_below":5}""")]
    public async Task A_policy_is_applied_listed_as_it_was_written_and_removed(string condition)
    {
        var policy = $$"""{"name":"p1","case_prefix":"a","graph":"order","from":["new"],"to":["paid"],"requires":[{{condition}}]}""";

        var applied = await PostAsync("/v1/policies", policy);
        var listed = await _host.SendAsync(HttpMethod.Get, "/v1/policies");
        var removed = await _host.SendAsync(HttpMethod.Delete, "/v1/policies/p1");
        var again = await _host.SendAsync(HttpMethod.Delete, "/v1/policies/p1");

        Assert.That(applied.Status, Is.EqualTo(200), applied.Text);
        Assert.That(listed.Document["items"]![0]!.ToJsonString(), Is.EqualTo(policy));
        Assert.That(removed.Status, Is.EqualTo(200));
        Assert.That((again.Status, again.Code), Is.EqualTo((404, "not-found")));
    }

    [Test]
    public async Task A_policy_vetoes_a_transition_and_the_answer_names_it()
    {
        await PostAsync("/v1/cases", $$"""{"id":"a","graph":{{Graph}} }""");
        await PostAsync("/v1/policies", """{"name":"needs-sum","to":["paid"],"requires":[{"exists":"sum"}]}""");

        var vetoed = await PostAsync("/v1/cases/a/state", """{"to":"paid"}""");

        Assert.That((vetoed.Status, (string?)vetoed.Document["rejection"]), Is.EqualTo((409, "transition_vetoed")));
        Assert.That((string?)vetoed.Document["detail"], Does.Contain("needs-sum"));
    }

    [Test]
    public async Task An_overlay_is_deployed_all_of_it_or_nothing()
    {
        var deployed = await PostAsync("/v1/overlays", $$"""{"name":"o","version":1,"elements":[{"define_graph":{{Graph}} },{"apply_policy":{"name":"p","to":["done"]} },{"create_case":{"id":"a","deployed_graph":"order"} }]}""");
        var half = await PostAsync("/v1/overlays", """{"name":"o","version":2,"elements":[{"create_case":{"id":"b","deployed_graph":"order"}},{"remove_policy":"none"}]}""");
        var listed = await _host.SendAsync(HttpMethod.Get, "/v1/overlays");

        Assert.That(deployed.Status, Is.EqualTo(200), deployed.Text);
        Assert.That((half.Status, (string?)half.Document["rejection"]), Is.EqualTo((404, "policy_not_found")));
        Assert.That((await _host.SendAsync(HttpMethod.Get, "/v1/cases/a")).Status, Is.EqualTo(200));
        Assert.That((await _host.SendAsync(HttpMethod.Get, "/v1/cases/b")).Status, Is.EqualTo(404));
        Assert.That((ulong)listed.Document["items"]![0]!["version"]!, Is.EqualTo(1));
    }

    [Test]
    public async Task A_graph_is_deployed_shown_listed_used_and_removed()
    {
        var deployed = await PutAsync("/v1/graphs/order", Graph);
        var shown = await _host.SendAsync(HttpMethod.Get, "/v1/graphs/order");
        var listed = await _host.SendAsync(HttpMethod.Get, "/v1/graphs?prefix=or");
        var created = await PostAsync("/v1/cases", """{"id":"a","deployed_graph":"order"}""");
        var removed = await _host.SendAsync(HttpMethod.Delete, "/v1/graphs/order");
        var again = await _host.SendAsync(HttpMethod.Delete, "/v1/graphs/order");
        var gone = await _host.SendAsync(HttpMethod.Get, "/v1/graphs/order");

        Assert.That(deployed.Status, Is.EqualTo(200), deployed.Text);
        Assert.That(shown.Text, Is.EqualTo(Graph));
        Assert.That(listed.Document["items"]![0]!.ToJsonString(), Is.EqualTo(Graph));
        Assert.That(created.Status, Is.EqualTo(200), created.Text);
        Assert.That(removed.Status, Is.EqualTo(200), removed.Text);
        Assert.That((again.Status, (string?)again.Document["rejection"]), Is.EqualTo((404, "graph_not_found")));
        Assert.That((gone.Status, gone.Code), Is.EqualTo((404, "not-found")));
    }

    [Test]
    public async Task A_graph_under_another_name_than_its_own_is_refused()
    {
        var answer = await PutAsync("/v1/graphs/other", Graph);

        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "malformed-request")), answer.Text);
        Assert.That((string?)answer.Document["detail"], Does.Contain("'other'").And.Contain("'order'"));
        Assert.That(_consensus.Proposals, Is.Zero);
    }

    [TestCase("""{"payload":"twice "}""", """{"index":2,"result":"twice twice "}""")]
    [TestCase("""{"payload":{"base64":"/w=="}}""", """{"index":2,"result":{"base64":"//8="}}""")]
    [TestCase("{}", """{"index":2,"result":""}""")]
    public async Task A_custom_operation_runs_and_its_result_is_the_answer(string body, string expected)
    {
        var answer = await PostAsync("/v1/operations/double", body);

        Assert.That((answer.Status, answer.Text), Is.EqualTo((200, expected)));
    }

    [Test]
    public async Task An_operation_that_rejects_or_is_unknown_is_a_problem()
    {
        var rejected = await PostAsync("/v1/operations/double", """{"payload":"no"}""");
        var unknown = await PostAsync("/v1/operations/none", "{}");

        Assert.That((rejected.Status, (string?)rejected.Document["rejection"], (string?)rejected.Document["detail"]), Is.EqualTo((409, "operation_rejected", "It will not.")));
        Assert.That((unknown.Status, (string?)unknown.Document["rejection"]), Is.EqualTo((404, "unknown_operation")));
    }

    [TestCase("/v1/cases", "{", "line 1, byte 2: ")]
    [TestCase("/v1/overlays", """{"name":"o"}""", "these members are missing: ")]
    [TestCase("/v1/overlays", """{"name":"o","version":"x","elements":[]}""", "at $.version, line 1, byte ")]
    [TestCase("/v1/overlays", """{"name":"o","version":-1,"elements":[]}""", "the value has another type than is expected here, or is out of its range.")]
    [TestCase("/v1/cases", """{"id":"a","colour":1}""", "'colour' is not a known member.")]
    [TestCase("/v1/cases", """{"id":"a","id":"b"}""", "'id' is there twice.")]
    [TestCase("/v1/cases", """{"id":"a","properties":{"p":1}}""", "a string, or an object {\"base64\":")]
    [TestCase("/v1/cases", """{"id":null}""", "")]
    [TestCase("/v1/cases", "[]", "")]
    public async Task A_body_that_does_not_fit_is_explained_in_the_terms_of_JSON(string path, string body, string complaint)
    {
        var answer = await PostAsync(path, body);

        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "malformed-request")), answer.Text);
        Assert.That((string?)answer.Document["detail"], Does.Contain(complaint));
        Assert.That((string?)answer.Document["detail"], Does.Not.Contain("System.").And.Not.Contain("Consensus.").And.Not.Contain(".NET").And.Not.Contain("LineNumber"));
    }

    [TestCase("/v1/cases", """{"id":null,"graph":null}""")]
    [TestCase("/v1/cases", """{"id":"a","graph":{"name":"g","states":null,"initial":"a","transitions":[]}}""")]
    [TestCase("/v1/cases", """{"id":"a","graph":{"name":"g","states":[null],"initial":"a","transitions":[]}}""")]
    [TestCase("/v1/cases", """{"id":"a","graph":{"name":"g","states":["a"],"initial":"a","transitions":[null]}}""")]
    [TestCase("/v1/cases", """{"id":"a","properties":{"p":1}}""")]
    [TestCase("/v1/cases", """{"id":"a","properties":{"p":null}}""")]
    [TestCase("/v1/cases/%ff/state", """{"to":"a"}""")]
    [TestCase("/v1/policies", """{"name":"p","requires":[null]}""")]
    [TestCase("/v1/policies", """{"name":"p","requires":[{}]}""")]
    [TestCase("/v1/policies", """{"name":"p","requires":[{"exists":"a","absent":"b"}]}""")]
    [TestCase("/v1/policies", """{"name":"p","requires":[{"property":"a","is":"near","number":1}]}""")]
    [TestCase("/v1/overlays", """{"name":"o","version":1,"elements":[{}]}""")]
    [TestCase("/v1/overlays", """{"name":"o","version":1,"elements":[null]}""")]
    [TestCase("/v1/overlays", """{"name":"o","version":1,"elements":[{"remove_graph":"a","remove_policy":"b"}]}""")]
    [TestCase("/v1/overlays", """{"name":"o","version":-1,"elements":[]}""")]
    public async Task What_is_malformed_is_refused_before_it_reaches_the_group(string path, string body)
    {
        var answer = await PostAsync(path, body);

        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "malformed-request")), answer.Text);
        Assert.That(_consensus.Proposals, Is.Zero);
    }

    [Test]
    public async Task A_command_that_is_retried_with_its_key_gets_the_first_result()
    {
        var client = (ulong)(await _host.SendAsync(HttpMethod.Post, "/v1/sessions")).Document["client"]!;
        using var first = ApiHost.Json($$"""{"id":"a","graph":{{Graph}} }""");
        using var second = ApiHost.Json($$"""{"id":"a","graph":{{Graph}} }""");

        var created = await _host.SendAsync(HttpMethod.Post, "/v1/cases", first, ("Idempotency-Key", $"{client}:1"));
        var retry = await _host.SendAsync(HttpMethod.Post, "/v1/cases", second, ("Idempotency-Key", $"{client}:1"));

        Assert.That(created.Status, Is.EqualTo(200));
        Assert.That(retry.Text, Is.EqualTo(created.Text));
    }

    private async Task<ApiHost.Answer> PostAsync(string path, string body)
    {
        using var content = ApiHost.Json(body);
        return await _host.SendAsync(HttpMethod.Post, path, content);
    }

    private async Task<ApiHost.Answer> PutAsync(string path, string body)
    {
        using var content = ApiHost.Json(body);
        return await _host.SendAsync(HttpMethod.Put, path, content);
    }
}
