using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Consensus.AspNetCore.Events;
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
        (new EquivocationDetected(new NodeId(3), "prepare of block 5", default), "equivocation_detected", $$"""{"node":3,"detail":"prepare of block 5","evidence":"{{default(Digest)}}"}"""),
        (new MessageRejected(new NodeId(2), "byte 3", 5), "message_rejected", """{"node":2,"count":5,"detail":"byte 3"}"""),
        (new TamperingDetected(new NodeId(3), "block 5"), "tampering_detected", """{"node":3,"detail":"block 5"}"""),
        (new TimestampOutOfRange(new NodeId(2), new Timestamp(32503680000000), new Timestamp(5)), "timestamp_out_of_range", """{"node":2,"time_ms":32503680000000,"clock_ms":5}"""),
        (new EpochBegun(new Epoch(2), default, "pbft", new LogIndex(7)), "epoch_begun", """{"epoch":2,"epoch_id":"0000000000000000000000000000000000000000000000000000000000000000","protocol":"pbft","index":7}"""),
        (new EpochEnded(new Epoch(2), "Pbft was ordered", EpochEndCause.Rules), "epoch_ended", """{"epoch":2,"detail":"Pbft was ordered","cause":"rules"}"""),
        (new EpochDiverged(new Epoch(2), new NodeId(3), default, default), "epoch_diverged", $$"""{"node":3,"epoch":2,"expected":"{{default(Digest)}}","actual":"{{default(Digest)}}"}"""),
        (new ThreatLevelChanged(ThreatLevel.High, new NodeId(3), true), "threat_level_changed", """{"node":3,"level":"high","agreed":true}"""),
        (new ThreatLevelChanged(ThreatLevel.None, NodeId.None, true), "threat_level_changed", """{"level":"none","agreed":true}"""),
        (new PeerFlooding(new NodeId(2), 5), "peer_flooding", """{"node":2,"count":5}"""),
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
    public async Task Who_reconnects_gets_what_was_missed_and_no_status(CancellationToken cancellationToken)
    {
        var consensus = new ScriptedConsensus();
        await using var host = await ApiHost.StartAsync(consensus);
        consensus.Events.Writer.TryWrite(new WritesSuspended("1"));
        consensus.Events.Writer.TryWrite(new WritesSuspended("2"));
        var first = await ReadAsync(host, null, 3, cancellationToken);
        consensus.Events.Writer.TryWrite(new WritesSuspended("3"));

        var afterStatus = await ReadAsync(host, first[0].EventId, 3, cancellationToken);
        var afterFirst = await ReadAsync(host, first[1].EventId, 2, cancellationToken);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Select(item => item.EventType), Is.EqualTo(["status", "writes_suspended", "writes_suspended"]));
            Assert.That(first.Concat(afterFirst[1..]).Select(item => item.EventId), Is.Unique);
            Assert.That(afterStatus.Select(item => item.Data), Is.EqualTo(["{\"detail\":\"1\"}", "{\"detail\":\"2\"}", "{\"detail\":\"3\"}"]));
            Assert.That(afterFirst.Select(item => item.Data), Is.EqualTo(["{\"detail\":\"2\"}", "{\"detail\":\"3\"}"]));
            Assert.That(afterFirst[0].EventId, Is.EqualTo(first[2].EventId));
        }
    }

    [Test]
    public async Task An_id_of_another_run_or_node_or_none_at_all_begins_with_the_status(CancellationToken cancellationToken)
    {
        var consensus = new ScriptedConsensus();
        await using var host = await ApiHost.StartAsync(consensus);
        await using var restarted = await ApiHost.StartAsync(new ScriptedConsensus());
        var id = (await ReadAsync(host, null, 1, cancellationToken))[0].EventId!;
        string[] strange = [(await ReadAsync(restarted, null, 1, cancellationToken))[0].EventId!, $"9{id}", $"{id}9999", $"{id[..^1]}-1", "7", "."];

        foreach (var other in strange)
        {
            Assert.That((await ReadAsync(host, other, 1, cancellationToken))[0].EventType, Is.EqualTo("status"), other);
        }
    }

    [Test]
    public async Task What_is_kept_is_bounded_and_who_comes_too_late_begins_anew(CancellationToken cancellationToken)
    {
        var consensus = new ScriptedConsensus();
        await using var host = await ApiHost.StartAsync(consensus);
        var id = (await ReadAsync(host, null, 1, cancellationToken))[0].EventId!;
        for (var i = 1; i <= EventHistory.KeptMax; i++)
        {
            consensus.Events.Writer.TryWrite(new WritesSuspended($"{i}"));
        }

        // Read to the end: now it is known that all of them have arrived.
        var all = await ReadAsync(host, id, EventHistory.KeptMax, cancellationToken);
        consensus.Events.Writer.TryWrite(new WritesResumed());
        var rest = await ReadAsync(host, all[^1].EventId, 1, cancellationToken);
        var tooLate = await ReadAsync(host, id, 1, cancellationToken);
        var justInTime = await ReadAsync(host, all[0].EventId, 1, cancellationToken);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(all[^1].Data, Is.EqualTo($"{{\"detail\":\"{EventHistory.KeptMax}\"}}"));
            Assert.That(rest[0].EventType, Is.EqualTo("writes_resumed"));
            Assert.That(tooLate[0].EventType, Is.EqualTo("status"));
            Assert.That(justInTime[0].Data, Is.EqualTo("{\"detail\":\"2\"}"));
        }
    }

    [Test]
    public void A_stream_that_falls_behind_is_told_how_much_it_missed(CancellationToken cancellationToken)
    {
        var consensus = new ScriptedConsensus();
        for (var i = 0; i < EventHistory.KeptMax + 7; i++)
        {
            consensus.Events.Writer.TryWrite(new WritesSuspended($"{i}"));
        }

        consensus.Events.Writer.Complete();
        var history = new EventHistory();
        var position = history.Join(consensus, cancellationToken);

        var step = history.After(position);

        Assert.That((step.Missed, step.Happened), Is.EqualTo((7L, (ConsensusEvent?)null)));
        Assert.That(history.After(position + 7).Happened, Is.EqualTo(new WritesSuspended("7")));
        Assert.That(history.After(position + 7 + EventHistory.KeptMax).HasEnded, Is.True);
    }

    [Test]
    public void Every_kind_of_event_has_a_row()
    {
        var kinds = typeof(ConsensusEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ConsensusEvent)));

        Assert.That(kinds, Is.EquivalentTo(Rows.Select(row => row.Event.GetType()).Append(typeof(StateDiverged)).Distinct()));
    }

    [Test]
    public async Task When_the_node_stops_its_events_are_kept_no_longer(CancellationToken cancellationToken)
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

        // A reader that had stayed would take it out of the channel.
        await host.DisposeAsync();
        consensus.Events.Writer.TryWrite(new WritesResumed());
        Assert.That(consensus.Events.Reader.TryRead(out _), Is.True);
    }

    private static async Task<List<SseItem<string>>> ReadAsync(ApiHost host, string? lastId, int count, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/events");
        if (lastId is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastId);
        }

        using var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var stream = SseParser.Create(await response.Content.ReadAsStreamAsync(cancellationToken));
        var items = new List<SseItem<string>>();
        await foreach (var item in stream.EnumerateAsync(cancellationToken))
        {
            items.Add(item);
            if (items.Count == count)
            {
                break;
            }
        }

        return items;
    }
}
