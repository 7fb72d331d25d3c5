using Consensus.Client.Tests.Support;
using static Consensus.Client.Tests.Support.ScriptedNodes;

namespace Consensus.Client.Tests.Calls;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class EvidenceTests
{
    private static readonly Digest Digest = new([.. Enumerable.Range(0, Digest.Size).Select(value => (byte)value)]);
    private static readonly DateTimeOffset Seen = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task A_list_arrives_as_the_node_has_it()
    {
        using var nodes = new ScriptedNodes("a");
        nodes.On("a", _ => Document(
            $$"""{"items":[{"digest":"{{Digest}}","culprit":3,"kind":"PbftPrepare","about":"prepare of block 9 in view 7","epoch":1,"seen_at":"2026-03-01T12:00:00+00:00","stored":true,"newer":1}]}"""));
        await using var client = nodes.CreateClient();

        var list = await client.ListEvidenceAsync();

        Assert.That(list.Value, Is.EqualTo(new[] { new NodeEvidence(Digest, new NodeId(3), "PbftPrepare", "prepare of block 9 in view 7", new Epoch(1), Seen, IsStored: true) }));
        Assert.That(nodes.Seen.Select(request => request.What), Is.EqualTo(["GET /v1/evidence"]));
    }

    [Test]
    public async Task The_epochs_of_a_hybrid_arrive_byte_for_byte_and_another_group_has_none()
    {
        using var nodes = new ScriptedNodes("a");
        nodes.On("a", _ => Document("{ \"epochs\" : [] }\n"), _ => Problem("not-supported", 501));
        await using var client = nodes.CreateClient();

        var found = await client.GetEpochsAsync();
        var refused = await client.GetEpochsAsync();

        Assert.That(found.Value, Is.EqualTo("{ \"epochs\" : [] }\n"u8.ToArray()));
        Assert.That((refused.IsAnswered, refused.Refusal), Is.EqualTo((false, RefusalReason.NotSupported)));
        Assert.That(nodes.Seen.Select(request => request.What), Has.All.EqualTo("GET /v1/epochs"));
    }

    [Test]
    public async Task A_piece_arrives_byte_for_byte_and_one_that_the_node_does_not_have_is_empty()
    {
        using var nodes = new ScriptedNodes("a");
        nodes.On("a", _ => Document("{ \"format\" : 1 }\n"), _ => Problem("not-found", 404));
        await using var client = nodes.CreateClient();

        var found = await client.GetEvidenceAsync(Digest);
        var missing = await client.GetEvidenceAsync(Digest);

        Assert.That(found.Value, Is.EqualTo("{ \"format\" : 1 }\n"u8.ToArray()));
        Assert.That((missing.IsAnswered, missing.Value!.Length), Is.EqualTo((true, 0)));
        Assert.That(nodes.Seen.Select(request => request.What), Has.All.EqualTo($"GET /v1/evidence/{Digest}"));
    }
}
