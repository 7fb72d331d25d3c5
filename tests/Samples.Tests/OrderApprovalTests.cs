using System.Text.Json.Nodes;

namespace Consensus.Samples.Tests;

/// <summary>The scenario of the embedding guide (samples/OrderApproval/README.md), with three processes.</summary>
[TestFixture]
[Category("Process")]
[CancelAfter(180_000)]
public sealed class OrderApprovalTests
{
    [TestCase(false)]
    [TestCase(true)]
    public async Task An_order_is_approved_through_any_instance_and_the_decision_outlives_the_leader(bool tls)
    {
        using var service = new OrderService(tls);
        var (one, two) = (service.Instances[0], service.Instances[1]);

        Assert.That((await ReadyAsync(one)).Status, Is.EqualTo(200));
        Assert.That(State(await one.AskAsync(HttpMethod.Put, "orders/desk", new { amount = 300 })), Is.EqualTo("Submitted"));
        Assert.That(State(await two.AskAsync(HttpMethod.Post, "orders/desk/approvals", new { by = "ann" })), Is.EqualTo("Approved"));

        var leader = await service.LeaderAsync();
        await leader.KillAsync();
        var survivors = service.Instances.Where(instance => instance != leader).ToArray();
        foreach (var survivor in survivors)
        {
            var order = await survivor.AskAsync(HttpMethod.Get, "orders/desk");
            Assert.That((State(order), (string?)order.Body!["approvedBy"]![0]), Is.EqualTo(("Approved", "ann")));
        }

        Assert.That(State(await survivors[0].AskAsync(HttpMethod.Put, "orders/chair", new { amount = 80 })), Is.EqualTo("Submitted"));
        leader.Start();
        Assert.That(State(await leader.AskAsync(HttpMethod.Get, "orders/chair")), Is.EqualTo("Submitted"), "It reads what was written while it was away.");
    }

    [Test]
    public async Task Decisions_follow_the_rules_and_are_taken_once()
    {
        using var service = new OrderService(tls: false);
        var (one, two, three) = (service.Instances[0], service.Instances[1], service.Instances[2]);

        await one.AskAsync(HttpMethod.Put, "orders/crane", new { amount = 50_000 });
        Assert.That(State(await two.AskAsync(HttpMethod.Post, "orders/crane/approvals", new { by = "ann" })), Is.EqualTo("Seconded"), "Above 1000 one approval is not enough.");
        Assert.That(State(await three.AskAsync(HttpMethod.Post, "orders/crane/approvals", new { by = "ann" })), Is.EqualTo("Seconded"), "Nor is the same person's twice.");

        // Everybody at once, everywhere: one of them is the second approval.
        var decisions = await Task.WhenAll(service.Instances.SelectMany((instance, index) => Enumerable.Range(0, 4)
            .Select(person => instance.AskAsync(HttpMethod.Post, "orders/crane/approvals", new { by = $"person-{index}-{person}" }))));
        Assert.That(decisions.Count(decision => decision.Status == 200), Is.EqualTo(1));
        Assert.That(decisions.Where(decision => decision.Status != 200).Select(decision => decision.Status), Is.All.EqualTo(409));

        var order = (await one.AskAsync(HttpMethod.Get, "orders/crane")).Body!;
        var winner = decisions.Single(decision => decision.Status == 200).Body!;
        Assert.That(order.ToJsonString(), Is.EqualTo(winner.ToJsonString()));
        Assert.That(order["approvedBy"]!.AsArray(), Has.Count.EqualTo(2));
        Assert.That((ulong)order["revision"]!, Is.EqualTo(3), "Submitted, seconded, approved: nothing else happened to it.");

        var tooLate = await two.AskAsync(HttpMethod.Post, "orders/crane/rejections", new { by = "bob" });
        Assert.That((tooLate.Status, (string?)tooLate.Body!["title"]), Is.EqualTo((409, "CaseFinished")));
        Assert.That((await two.AskAsync(HttpMethod.Put, "orders/crane", new { amount = 1 })).Status, Is.EqualTo(409), "There is another order of that name.");
        Assert.That((await two.AskAsync(HttpMethod.Put, "orders/crane", new { amount = 50_000 })).Status, Is.EqualTo(200), "The same once more is the same.");
        Assert.That((await two.AskAsync(HttpMethod.Put, "orders/free", new { amount = 0 })).Status, Is.EqualTo(400));
        Assert.That((await two.AskAsync(HttpMethod.Post, "orders/none/approvals", new { by = "ann" })).Status, Is.EqualTo(404));
    }

    private static Task<(int Status, JsonNode? Body)> ReadyAsync(Instance instance) => instance.AskAsync(HttpMethod.Get, "healthz/ready");

    private static string? State((int Status, JsonNode? Body) answer) => (string?)answer.Body?["state"] ?? $"{answer.Status} {answer.Body}";
}
