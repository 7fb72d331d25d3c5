using Consensus.AspNetCore.Tests.Fakes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Consensus.AspNetCore.Tests;

[TestFixture]
internal sealed class StatusTests
{
    [Test]
    public async Task Status_has_the_fields_that_scripts_rely_on()
    {
        var consensus = new ScriptedConsensus();
        consensus.Status = consensus.Status with
        {
            Stalled = TimeSpan.FromSeconds(4),
            RunningEpoch = new EpochStatus(new ClusterId(Guid.Parse("6f1c3f8a-0a35-4f0e-9a4e-3f1f0c6f7c11")), default, "pbft")
            {
                MemberKeys = new Dictionary<NodeId, string> { [new NodeId(2)] = "02" },
                Settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["HotStuff:TermViews"] = "64", ["WindowBlocks"] = "512" },
                Rules = new Dictionary<string, string>(StringComparer.Ordinal) { ["ReturnsAlone"] = "true" },
                OperatorKeys = ["07", "08"],
            },
            CertificateExpires = new DateTimeOffset(2028, 11, 20, 19, 53, 51, TimeSpan.Zero),
            Threats = [new MemberThreat(new NodeId(1), ThreatLevel.Medium, 4, ThreatLevel.Critical, 3, HasEvidence: true), new MemberThreat(new NodeId(2), ThreatLevel.None, 0, ThreatLevel.Low, 2, HasEvidence: false)],
        };
        await using var host = await ApiHost.StartAsync(consensus);

        var answer = await host.SendAsync(HttpMethod.Get, "/v1/status");

        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(answer.Text, Is.EqualTo(
            """{"node":2,"algorithm":"raft","epoch":1,"cluster":"6f1c3f8a-0a35-4f0e-9a4e-3f1f0c6f7c11","epoch_id":"0000000000000000000000000000000000000000000000000000000000000000","protocol":"pbft","epoch_settings":{"HotStuff:TermViews":"64","WindowBlocks":"512"},"epoch_rules":{"ReturnsAlone":"true"},"operator_keys":["07","08"],"role":"follower","leader":1,"term":7,"commit":44,"applied":43,"certified":42,"last":45,"snapshot":40,"threat":"none","threats":[{"node":1,"own_level":"medium","signature_failures":4,"agreed_level":"critical","reporters":3,"evidence":true},{"node":2,"own_level":"none","signature_failures":0,"agreed_level":"low","reporters":2,"evidence":false}],"accepts_writes":true,"stalled_seconds":4,"is_member":true,"certificate_expires":"2028-11-20T19:53:51+00:00","guarantees":["total_order","durable"],"members":[{"id":1,"address":"a:1","role":"voter"},{"id":2,"address":"b:2","role":"learner","public_key":"02"}],"outgoing":[3],"membership_version":44}"""));
    }

    [Test]
    public async Task Without_a_leader_the_leader_is_null()
    {
        var consensus = new ScriptedConsensus();
        consensus.Status = consensus.Status with { Leader = NodeId.None, Role = ReplicaRole.PreCandidate };
        await using var host = await ApiHost.StartAsync(consensus);

        var status = (await host.SendAsync(HttpMethod.Get, "/v1/status")).Document;

        Assert.That(status.ContainsKey("leader"), Is.True);
        Assert.That(status["leader"], Is.Null);
        Assert.That((string?)status["role"], Is.EqualTo("pre_candidate"));
        foreach (var ofHybrids in (string[])["protocol", "epoch_settings", "epoch_rules", "operator_keys"])
        {
            Assert.That(status.ContainsKey(ofHybrids), Is.True, ofHybrids);
            Assert.That(status[ofHybrids], Is.Null, ofHybrids);
        }
    }

    [Test]
    public async Task A_node_that_was_removed_says_so_and_one_without_a_certificate_has_no_end_of_it()
    {
        var consensus = new ScriptedConsensus();
        consensus.Status = consensus.Status with { Node = new NodeId(9), Leader = NodeId.None, Role = ReplicaRole.Learner };
        await using var host = await ApiHost.StartAsync(consensus);

        var status = (await host.SendAsync(HttpMethod.Get, "/v1/status")).Document;

        Assert.That((bool)status["is_member"]!, Is.False);
        Assert.That(status.ContainsKey("certificate_expires"), Is.True);
        Assert.That(status["certificate_expires"], Is.Null);
        Assert.That((string?)(await host.SendAsync(HttpMethod.Get, "/healthz/ready")).Document["detail"], Does.Contain("was removed, or not added yet"));
    }

    [TestCase(ReplicaRole.Leader, 1u, 200, 200)]
    [TestCase(ReplicaRole.Follower, 0u, 200, 503)]
    [TestCase(ReplicaRole.Stopped, 1u, 503, 503)]
    public async Task A_node_lives_until_it_stops_and_is_ready_while_it_knows_a_leader(ReplicaRole role, uint leader, int live, int ready)
    {
        var consensus = new ScriptedConsensus();
        consensus.Status = consensus.Status with { Leader = new NodeId(leader), Role = role, AppliedIndex = consensus.Status.CommitIndex };
        await using var host = await ApiHost.StartAsync(consensus);

        Assert.That((await host.SendAsync(HttpMethod.Get, "/healthz/live")).Status, Is.EqualTo(live));
        Assert.That((await host.SendAsync(HttpMethod.Get, "/healthz/ready")).Status, Is.EqualTo(ready));
    }

    [TestCase(false, 0, "its disk is full")]
    [TestCase(true, 3, "nothing committed for 3 s")]
    public async Task A_node_that_takes_no_writes_is_ready_because_it_answers_reads_and_says_that_it_is_degraded(bool acceptsWrites, int stalled, string said)
    {
        var consensus = new ScriptedConsensus();
        consensus.Status = consensus.Status with
        {
            AcceptsWrites = acceptsWrites,
            Stalled = TimeSpan.FromSeconds(stalled),
            AppliedIndex = consensus.Status.CommitIndex,
        };
        await using var host = await ApiHost.StartAsync(consensus);

        var ready = await host.SendAsync(HttpMethod.Get, "/healthz/ready");

        Assert.That((ready.Status, (string?)ready.Document["status"]), Is.EqualTo((200, "degraded")));
        Assert.That((string?)ready.Document["detail"], Does.Contain(said));
    }

    [Test]
    public async Task A_node_is_not_ready_until_it_has_applied_what_it_knew_to_be_committed()
    {
        var consensus = new ScriptedConsensus();
        await using var host = await ApiHost.StartAsync(consensus);
        Assert.That((await host.SendAsync(HttpMethod.Get, "/healthz/ready")).Status, Is.EqualTo(503));

        consensus.Status = consensus.Status with { AppliedIndex = new LogIndex(44), CommitIndex = new LogIndex(50), LastIndex = new LogIndex(50) };
        Assert.That((await host.SendAsync(HttpMethod.Get, "/healthz/ready")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Two_named_groups_are_served_side_by_side()
    {
        var first = new ScriptedConsensus();
        var second = new ScriptedConsensus();
        second.Status = second.Status with { Node = new NodeId(9) };
        await using var host = await ApiHost.StartAsync(
            services => services.AddKeyedSingleton<IConsensus>("orders", first).AddKeyedSingleton<IConsensus>("stock", second),
            application =>
            {
                application.MapGroup("/orders").MapConsensus("orders");
                application.MapGroup("/stock").MapConsensus("stock");
            });

        Assert.That((uint)(await host.SendAsync(HttpMethod.Get, "/orders/v1/status")).Document["node"]!, Is.EqualTo(2));
        Assert.That((uint)(await host.SendAsync(HttpMethod.Get, "/stock/v1/status")).Document["node"]!, Is.EqualTo(9));
    }
}
