using System.IO.Pipelines;
using System.Net;
using System.Text;
using Consensus.Client.Tests.Support;
using static Consensus.Client.Tests.Support.ScriptedNodes;

namespace Consensus.Client.Tests.Events;

public sealed class EventFeedTests
{
    [Test]
    public async Task A_stream_that_ends_goes_on_at_another_node_behind_the_last_id()
    {
        using var nodes = new ScriptedNodes("a", "b");
        await using var client = nodes.CreateClient();
        nodes.On("a", _ => Stream($"event: status\ndata: {StatusText(1, 2)}\n\nid: 41\nevent: leader_changed\ndata: {{\"node\":2,\"term\":3}}\n\n"));
        nodes.On("b", _ => Stream($"id: 42\nevent: snapshot_taken\ndata: {{\"index\":9,\"bytes\":100}}\n\n"));

        var events = await TakeAsync(client, 3);

        Assert.That(events[0].Status!.Status.Node, Is.EqualTo(new NodeId(1)));
        Assert.That((events[1].Happened, events[1].Id), Is.EqualTo(((ConsensusEvent)new LeaderChanged(new NodeId(2), 3), "41")));
        Assert.That((events[2].Happened, events[2].Id, events[2].Endpoint.Host), Is.EqualTo(((ConsensusEvent)new SnapshotTaken(new LogIndex(9), 100), "42", "b")));
        Assert.That(nodes.Seen.Select(request => (request.Node, request.Key)), Is.EqualTo([("a", null), ("b", (string?)"41")]));
    }

    [Test]
    public async Task Events_without_ids_are_followed_as_well_and_unknown_ones_passed_over()
    {
        using var nodes = new ScriptedNodes("a", "b");
        await using var client = nodes.CreateClient();
        nodes.On("a", _ => Stream("event: of_tomorrow\ndata: {\"x\":1}\n\nevent: writes_resumed\ndata: {}\n\n"));
        nodes.On("b", _ => Stream("event: events_lost\ndata: {\"count\":5}\n\n"));

        var events = await TakeAsync(client, 2);

        Assert.That(events.Select(happened => happened.Happened), Is.EqualTo(new ConsensusEvent[] { new WritesResumed(), new EventsLost(5) }));
        Assert.That(nodes.Seen.Select(request => request.Key), Has.All.Null);
    }

    [Test]
    public async Task A_node_that_cannot_be_followed_is_passed_over()
    {
        using var nodes = new ScriptedNodes("a", "b", "c");
        await using var client = nodes.CreateClient();
        nodes.On("a", Unreachable);
        nodes.On("b", _ => Problem("stopped"));
        nodes.On("c", _ => Stream("event: writes_resumed\ndata: {}\n\n"));

        Assert.That((await TakeAsync(client, 1)).Single().Endpoint.Host, Is.EqualTo("c"));
    }

    [Test]
    public async Task A_stream_without_a_sign_of_life_is_given_up_and_each_sign_buys_time()
    {
        using var nodes = new ScriptedNodes("a", "b");
        await using var client = nodes.CreateClient();
        var silent = new Pipe(new PipeOptions(readerScheduler: PipeScheduler.Inline));
        nodes.On("a", _ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(silent.Reader.AsStream()) });
        nodes.On("b", _ => Stream("event: writes_resumed\ndata: {}\n\n"));
        await using var events = client.EventsAsync().GetAsyncEnumerator();
        var started = nodes.Time.GetTimestamp();

        var next = events.MoveNextAsync();
        nodes.Time.Advance(TimeSpan.FromSeconds(30));
        ManualTime.GoOn(() => Assert.That(silent.Writer.WriteAsync(":\n\n"u8.ToArray()).AsTask().IsCompletedSuccessfully));
        Assert.That(nodes.Time.NextDue, Is.EqualTo(TimeSpan.FromSeconds(45)), "the sign was heard");
        await nodes.Time.RunAsync(next);

        Assert.That(events.Current.Endpoint.Host, Is.EqualTo("b"));
        Assert.That(nodes.Time.GetElapsedTime(started), Is.EqualTo(TimeSpan.FromSeconds(75)));
    }

    [Test]
    public async Task An_address_that_gives_no_events_is_an_error()
    {
        using var nodes = new ScriptedNodes("a");
        await using var client = nodes.CreateClient();
        nodes.On("a", _ => Document("<html>", 404));

        await Assert.ThatAsync(() => TakeAsync(client, 1), Throws.TypeOf<ConsensusException>());
    }

    private static HttpResponseMessage Stream(string text) =>
        new(HttpStatusCode.OK) { Content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(text))) };

    private static async Task<List<NodeEvent>> TakeAsync(ConsensusClient client, int count)
    {
        var events = new List<NodeEvent>();
        await foreach (var happened in client.EventsAsync())
        {
            events.Add(happened);
            if (events.Count == count)
            {
                break;
            }
        }

        return events;
    }
}
