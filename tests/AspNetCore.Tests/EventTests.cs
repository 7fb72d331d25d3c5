using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Consensus.AspNetCore.Tests.Fakes;

namespace Consensus.AspNetCore.Tests;

[TestFixture]
[CancelAfter(60_000)]
internal sealed class EventTests
{
    private static readonly (ConsensusEvent Event, string Name, string Data)[] Rows =
    [
        (new LeaderChanged(new NodeId(3), 8), "leader_changed", """{"node":3,"term":8}"""),
        (new LeaderChanged(NodeId.None, 8), "leader_changed", """{"term":8}"""),
        (new RoleChanged(ReplicaRole.Candidate, 8), "role_changed", """{"role":"candidate","term":8}"""),
        (new MembershipChanged(new ClusterMembership([new Member(new NodeId(1), "a:1")], []), new LogIndex(5)), "membership_changed",
            """{"index":5,"membership":{"members":[{"id":1,"address":"a:1","role":"voter"}],"outgoing":[]}}"""),
        (new SnapshotTaken(new LogIndex(5), 100), "snapshot_taken", """{"index":5,"bytes":100}"""),
        (new SnapshotInstalled(new LogIndex(5), new NodeId(2)), "snapshot_installed", """{"node":2,"index":5}"""),
        (new AcknowledgedEntriesLost(new NodeId(2), new LogIndex(5), new LogIndex(7)), "acknowledged_entries_lost", """{"node":2,"index":5,"acknowledged":7}"""),
        (new SnapshotPostponed("no space"), "snapshot_postponed", """{"detail":"no space"}"""),
        (new SnapshotUnreadable(new LogIndex(5), "rot"), "snapshot_unreadable", """{"index":5,"detail":"rot"}"""),
        (new WritesSuspended("no space"), "writes_suspended", """{"detail":"no space"}"""),
        (new WritesResumed(), "writes_resumed", "{}"),
        (new EventsLost(7), "events_lost", """{"count":7}"""),
        (new ReplicaStopped(ConsensusFailure.StorageFailed, "a\nb"), "replica_stopped", """{"reason":"storage_failed","detail":"a\nb"}"""),
    ];

    [Test]
    public async Task A_stream_begins_with_the_status_and_tells_each_event(CancellationToken cancellationToken)
    {
        var consensus = new ScriptedConsensus();
        await using var host = await ApiHost.StartAsync(consensus);
        foreach (var (happened, _, _) in Rows)
        {
            consensus.Events.Writer.TryWrite(happened);
        }

        consensus.Events.Writer.TryWrite(new StateDiverged(new LogIndex(5), new NodeId(2), default, default));
        consensus.Events.Writer.Complete();
        using var response = await host.Client.GetAsync("/v1/events", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var stream = SseParser.Create(await response.Content.ReadAsStreamAsync(cancellationToken));
        var items = new List<SseItem<string>>();
        await foreach (var item in stream.EnumerateAsync(cancellationToken))
        {
            items.Add(item);
        }

        Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/event-stream"));
        Assert.That(items[0].EventType, Is.EqualTo("status"));
        Assert.That((uint)JsonNode.Parse(items[0].Data)!["node"]!, Is.EqualTo(2));
        Assert.That(items[1..^1].Select(item => (item.EventType, item.Data)), Is.EqualTo(Rows.Select(row => (row.Name, row.Data))));
        Assert.That(items[^1].EventType, Is.EqualTo("state_diverged"));
        Assert.That(items[^1].Data, Does.StartWith("{\"node\":2,\"index\":5,\"expected\":\"0000"));
    }

    [Test]
    public void Every_kind_of_event_has_a_row()
    {
        var kinds = typeof(ConsensusEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ConsensusEvent)));

        Assert.That(kinds, Is.EquivalentTo(Rows.Select(row => row.Event.GetType()).Append(typeof(StateDiverged)).Distinct()));
    }

    [Test]
    public async Task A_client_that_leaves_ends_its_subscription(CancellationToken cancellationToken)
    {
        var consensus = new ScriptedConsensus();
        await using var host = await ApiHost.StartAsync(consensus);
        using (var response = await host.Client.GetAsync("/v1/events", HttpCompletionOption.ResponseHeadersRead, cancellationToken))
        {
            var stream = SseParser.Create(await response.Content.ReadAsStreamAsync(cancellationToken));
            await foreach (var item in stream.EnumerateAsync(cancellationToken))
            {
                Assert.That(item.EventType, Is.EqualTo("status"));
                break;
            }
        }

        // The reader of an ended subscription takes nothing more out of the channel; a reader that had stayed would.
        await host.DisposeAsync();
        consensus.Events.Writer.TryWrite(new WritesResumed());
        Assert.That(consensus.Events.Reader.TryRead(out _), Is.True);
    }
}
