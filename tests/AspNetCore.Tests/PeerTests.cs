using Consensus.AspNetCore.Tests.Fakes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Consensus.AspNetCore.Tests;

/// <summary>What a node knows of its peers is shown as it is.</summary>
public sealed class PeerTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task Each_peer_is_shown_with_all_that_is_known_of_it()
    {
        await using var host = await StartAsync(new FixedPeers(
        [
            new PeerStatus
            {
                Id = new NodeId(1),
                Address = "a:1",
                Source = PeerSource.AddressBook,
                Outgoing = new PeerConnection(true, Noon, "10.0.0.1:5001"),
                Incoming = new PeerConnection(false, Noon.AddSeconds(1), "10.0.0.1:40000"),
                ConnectFailures = 3,
                LastFailure = new PeerFailure("It refused.", Noon.AddSeconds(-5)),
                LastHeard = Noon.AddSeconds(2),
            },
            new PeerStatus
            {
                Id = new NodeId(3),
                Address = "c:3",
                Source = PeerSource.Unknown,
                Outgoing = new PeerConnection(false, Noon, null),
                Incoming = new PeerConnection(false, Noon, null),
                ConnectFailures = 0,
            },
        ]));

        var answer = await host.SendAsync(HttpMethod.Get, "/v1/peers");

        Assert.That((answer.Status, answer.Text), Is.EqualTo((200, """
            {"node":2,"peers":[
            {"id":1,"address":"a:1","source":"address_book",
            "outgoing":{"connected":true,"since":"2026-03-01T12:00:00+00:00","end_point":"10.0.0.1:5001"},
            "incoming":{"connected":false,"since":"2026-03-01T12:00:01+00:00","end_point":"10.0.0.1:40000"},
            "connect_failures":3,"last_failure":{"reason":"It refused.","at":"2026-03-01T11:59:55+00:00"},"last_heard":"2026-03-01T12:00:02+00:00"},
            {"id":3,"address":"c:3","source":"unknown",
            "outgoing":{"connected":false,"since":"2026-03-01T12:00:00+00:00","end_point":null},
            "incoming":{"connected":false,"since":"2026-03-01T12:00:00+00:00","end_point":null},
            "connect_failures":0,"last_failure":null,"last_heard":null}]}
            """.ReplaceLineEndings(""))));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_node_that_keeps_no_registry_does_not_say_that_it_has_no_peers(bool hasService)
    {
        await using var host = await (hasService ? StartAsync(new FixedPeers(null)) : ApiHost.StartAsync(new ScriptedConsensus()));

        var answer = await host.SendAsync(HttpMethod.Get, "/v1/peers");

        Assert.That((answer.Status, answer.Code), Is.EqualTo((501, "not-supported")), answer.Text);
    }

    private static Task<ApiHost> StartAsync(IPeerRegistry peers) => ApiHost.StartAsync(
        services => services.AddSingleton<IConsensus>(new ScriptedConsensus()).AddSingleton(peers),
        application => application.MapConsensus());
}
