using Consensus.AspNetCore.Tests.Fakes;

namespace Consensus.AspNetCore.Tests;

[TestFixture]
internal sealed class MemberTests
{
    private ScriptedConsensus _consensus = null!;
    private ApiHost _host = null!;

    [SetUp]
    public async Task Start()
    {
        _consensus = new ScriptedConsensus();
        _host = await ApiHost.StartAsync(_consensus);
    }

    [TearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task Members_are_listed()
    {
        var answer = await _host.SendAsync(HttpMethod.Get, "/v1/members");

        Assert.That(answer.Text, Is.EqualTo(
            """{"members":[{"id":1,"address":"a:1","role":"voter"},{"id":2,"address":"b:2","role":"learner"}],"outgoing":[3],"version":44}"""));
    }

    [TestCase("""{"id":4,"address":"h:1"}""", MembershipStepKind.AddVoter, "h:1")]
    [TestCase("""{"id":4,"address":"h:1","kind":"add_learner"}""", MembershipStepKind.AddLearner, "h:1")]
    [TestCase("""{"id":4,"address":"[::1]:7001"}""", MembershipStepKind.AddVoter, "[::1]:7001")]
    [TestCase("""{"id":4,"address":"h:1","kind":"move"}""", MembershipStepKind.Move, "h:1")]
    [TestCase("""{"id":4,"kind":"promote"}""", MembershipStepKind.Promote, "")]
    public async Task Each_kind_of_change_reaches_the_group(string body, MembershipStepKind kind, string address)
    {
        var answer = await _host.SendAsync(HttpMethod.Post, "/v1/members", ApiHost.Json(body));

        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(_consensus.LastChange!.Steps, Is.EqualTo(new[] { new MembershipStep(kind, new NodeId(4), address) }));
    }

    [Test]
    public async Task A_member_is_removed()
    {
        var answer = await _host.SendAsync(HttpMethod.Delete, "/v1/members/3");

        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(_consensus.LastChange!.Steps, Is.EqualTo(new[] { new MembershipStep(MembershipStepKind.Remove, new NodeId(3), "") }));
    }

    [Test]
    public async Task Members_of_an_epoch_have_the_keys_that_an_order_names()
    {
        _consensus.Status = _consensus.Status with { RunningEpoch = new EpochStatus(ClusterId.None, default, "raft") { MemberKeys = new Dictionary<NodeId, string> { [new NodeId(1)] = "01", [new NodeId(2)] = "02" } } };

        Assert.That((await _host.SendAsync(HttpMethod.Get, "/v1/members")).Text, Is.EqualTo(
            """{"members":[{"id":1,"address":"a:1","role":"voter","public_key":"01"},{"id":2,"address":"b:2","role":"learner","public_key":"02"}],"outgoing":[3],"version":44}"""));
    }

    [Test]
    public async Task A_membership_that_is_not_committed_has_no_version()
    {
        _consensus.Status = _consensus.Status with { MembershipVersion = null };

        Assert.That((await _host.SendAsync(HttpMethod.Get, "/v1/members")).Text, Does.EndWith("""],"outgoing":[3]}"""));
        Assert.That((await _host.SendAsync(HttpMethod.Get, "/v1/status")).Text, Does.Contain("\"membership_version\":null"));
    }

    [TestCase("", null)]
    [TestCase("?expected_version=0", 0ul)]
    [TestCase("?expected_version=57", 57ul)]
    public async Task A_change_names_the_version_that_it_expects(string query, ulong? version)
    {
        LogIndex? expected = version is { } number ? new LogIndex(number) : null;

        await _host.SendAsync(HttpMethod.Post, $"/v1/members{query}", ApiHost.Json("""{"id":4,"address":"h:1"}"""));
        Assert.That(_consensus.LastChange, Has.Property(nameof(MembershipChange.ExpectedVersion)).EqualTo(expected));
        await _host.SendAsync(HttpMethod.Delete, $"/v1/members/3{query}");
        Assert.That(_consensus.LastChange!.Steps[0].Kind, Is.EqualTo(MembershipStepKind.Remove));
        Assert.That(_consensus.LastChange.ExpectedVersion, Is.EqualTo(expected));
    }

    [TestCase("expected_version=")]
    [TestCase("expected_version=-1")]
    [TestCase("expected_version=x")]
    [TestCase("expected_version=1&expected_version=1")]
    [TestCase("expected_version=18446744073709551616")]
    public async Task A_version_that_is_no_number_is_refused(string query)
    {
        foreach (var answer in new[]
        {
            await _host.SendAsync(HttpMethod.Post, $"/v1/members?{query}", ApiHost.Json("""{"id":4,"address":"h:1"}""")),
            await _host.SendAsync(HttpMethod.Delete, $"/v1/members/3?{query}"),
        })
        {
            Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "malformed-request")));
            Assert.That((string?)answer.Document["detail"], Does.Contain("'expected_version'"));
            Assert.That(_consensus.LastChange, Is.Null);
        }
    }

    [Test]
    public async Task A_change_that_is_in_effect_already_says_so()
    {
        _consensus.Control = ControlResult.DoneBefore;

        foreach (var answer in new[]
        {
            await _host.SendAsync(HttpMethod.Post, "/v1/members", ApiHost.Json("""{"id":1,"address":"a:1"}""")),
            await _host.SendAsync(HttpMethod.Delete, "/v1/members/9"),
        })
        {
            Assert.That(answer.Status, Is.EqualTo(200));
            Assert.That((string?)answer.Document["detail"], Is.EqualTo("It was so already; nothing was changed."));
            Assert.That(answer.Document["members"]!.AsArray(), Has.Count.EqualTo(2));
        }
    }

    [TestCase("{}", "'id'")]
    [TestCase("""{"id":0,"address":"h:1"}""", "'id' is 0")]
    [TestCase("""{"id":-1,"address":"h:1"}""", "id")]
    [TestCase("""{"id":4294967296,"address":"h:1"}""", "id")]
    [TestCase("""{"id":4}""", "'address' must be")]
    [TestCase("""{"id":4,"address":null}""", "address")]
    [TestCase("""{"id":4,"address":"no address"}""", "must be host:port")]
    [TestCase("""{"id":4,"address":"host"}""", "must be host:port")]
    [TestCase("""{"id":4,"address":"host:0"}""", "must be host:port")]
    [TestCase("""{"id":4,"address":"host:70000"}""", "must be host:port")]
    [TestCase("""{"id":4,"address":"host:1/path"}""", "must be host:port")]
    [TestCase("""{"id":4,"address":"h:1","kind":"promote"}""", "takes no 'address'")]
    [TestCase("""{"id":4,"address":"h:1","kind":"crown"}""", "kind")]
    [TestCase("""{"id":4,"adress":"h:1"}""", "adress")]
    [TestCase("""{"id":4,"id":5,"address":"h:1"}""", "id")]
    [TestCase("[]", "")]
    [TestCase("null", "null")]
    [TestCase("{", "")]
    [TestCase("", "")]
    public async Task A_malformed_change_is_refused_and_the_detail_says_what_is_wrong(string body, string names)
    {
        var answer = await _host.SendAsync(HttpMethod.Post, "/v1/members", ApiHost.Json(body));

        Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
        Assert.That(answer.Code, Is.EqualTo("malformed-request"));
        Assert.That((string?)answer.Document["detail"], Does.Contain(names));
        Assert.That(_consensus.LastChange, Is.Null);
    }

    [TestCase("0")]
    [TestCase("-1")]
    [TestCase("x")]
    [TestCase("99999999999")]
    public async Task A_member_that_can_not_exist_can_not_be_removed(string id)
    {
        var answer = await _host.SendAsync(HttpMethod.Delete, $"/v1/members/{id}");

        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That(_consensus.LastChange, Is.Null);
    }

    [Test]
    public async Task A_body_that_does_not_say_that_it_is_JSON_is_refused()
    {
        using var content = new StringContent("""{"id":4,"address":"h:1"}""");

        var answer = await _host.SendAsync(HttpMethod.Post, "/v1/members", content);

        Assert.That(answer.Status, Is.EqualTo(415));
        Assert.That(_consensus.LastChange, Is.Null);
    }

    [TestCase("{}", 0u)]
    [TestCase("""{"target":null}""", 0u)]
    [TestCase("""{"target":3}""", 3u)]
    public async Task A_transfer_reaches_the_group(string body, uint target)
    {
        var answer = await _host.SendAsync(HttpMethod.Post, "/v1/control/transfer", ApiHost.Json(body));

        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(_consensus.LastTarget, Is.EqualTo(new NodeId(target)));
    }

    [Test]
    public async Task An_order_to_end_the_epoch_reaches_the_group_as_it_is()
    {
        var answer = await _host.SendAsync(HttpMethod.Post, "/v1/control/seal", ApiHost.Json("""{"order":"AP8Q"}"""));

        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(_consensus.LastOrder!.Value.ToArray(), Is.EqualTo(new byte[] { 0, 255, 16 }));
        Assert.That((ulong)answer.Document["epoch"]!, Is.EqualTo(_consensus.Status.Epoch.Value));
    }

    [TestCase(RefusalReason.Busy, 409, "busy", true)]
    [TestCase(RefusalReason.OtherEpoch, 409, "other-epoch", false)]
    [TestCase(RefusalReason.ReturnHeldUp, 409, "return-held-up", false)]
    [TestCase(RefusalReason.NotFromOperator, 403, "not-from-operator", false)]
    [TestCase(RefusalReason.InvalidChange, 409, "invalid-change", false)]
    [TestCase(RefusalReason.NotCaughtUp, 409, "not-caught-up", true)]
    [TestCase(RefusalReason.MembershipChanged, 409, "membership-changed", false)]
    [TestCase(RefusalReason.NoLeader, 503, "no-leader", true)]
    [TestCase(RefusalReason.NotSupported, 501, "not-supported", false)]
    [TestCase(RefusalReason.TimedOut, 504, "outcome-unknown", false)]
    public async Task A_refused_change_says_why(RefusalReason reason, int status, string code, bool retries)
    {
        _consensus.Control = new ControlResult(reason, "Because of the test.");

        foreach (var answer in new[]
        {
            await _host.SendAsync(HttpMethod.Delete, "/v1/members/3"),
            await _host.SendAsync(HttpMethod.Post, "/v1/control/transfer", ApiHost.Json("{}")),
            await _host.SendAsync(HttpMethod.Post, "/v1/control/seal", ApiHost.Json("""{"order":"AA=="}""")),
        })
        {
            Assert.That(answer.Status, Is.EqualTo(status));
            Assert.That(answer.Code, Is.EqualTo(code));
            Assert.That((string?)answer.Document["type"], Is.EqualTo($"urn:consensus:problem:{code}"));
            Assert.That((string?)answer.Document["detail"], Does.StartWith("Because of the test."));
            Assert.That(answer.ContentHeaders.ContentType!.MediaType, Is.EqualTo("application/problem+json"));
            Assert.That(answer.Headers.RetryAfter?.Delta, Is.EqualTo(retries ? TimeSpan.FromSeconds(1) : null));
        }
    }
}
