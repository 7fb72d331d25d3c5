using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Consensus.AspNetCore.Tests.Fakes;
using Consensus.Cryptography;
using Consensus.Swarm;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Consensus.AspNetCore.Tests;

/// <summary>Three servers, each with a node of one swarm.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SwarmTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly SimulatedKeyRegistry _keys = new(3);
    private readonly List<(SwarmNode Node, ApiHost Host)> _servers = [];

    [SetUp]
    public async Task StartAsync()
    {
        for (var id = 1u; id <= 3; id++)
        {
            var node = await SwarmNode.StartAsync(new SwarmSetup
            {
                Swarm = new ClusterId(new Guid(1, 2, 3, new byte[8])),
                Id = new NodeId(id),
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
                Seeds = _servers.Count == 0 ? [] : [_servers[0].Node.Address],
                Signer = _keys.CreateSigner(new NodeId(id)),
                Verifier = _keys,
                KeyOf = member => _keys.PublicKeyOf(member),
            });
            _servers.Add((node, await ApiHost.StartAsync(services => services.AddSingleton(node), application =>
            {
                application.UseWebSockets();
                application.MapSwarm();
            })));
        }

        await UntilAsync(() => Task.FromResult(_servers.TrueForAll(server => server.Node.LiveCount == 3)));
    }

    [Test]
    public async Task What_one_is_posted_all_can_be_asked_for()
    {
        var (status, published) = await PostAsync(0, """{"kind":"price","payload":"42","priority":"critical"}""");
        Assert.That(status, Is.EqualTo(HttpStatusCode.Accepted));
        var id = published.GetProperty("id").GetString()!;
        foreach (var server in new[] { 0, 1, 2 })
        {
            await UntilAsync(async () => (await GetAsync(server, $"/api/gossip/message/{id}")).Status == HttpStatusCode.OK);
            var rumour = (await GetAsync(server, $"/api/gossip/message/{id}")).Body;
            Assert.That(rumour.GetProperty("origin").GetUInt32(), Is.EqualTo(1));
            Assert.That(rumour.GetProperty("kind").GetString(), Is.EqualTo("price"));
            Assert.That(rumour.GetProperty("payload").GetString(), Is.EqualTo("42"));
            Assert.That(rumour.GetProperty("priority").GetString(), Is.EqualTo("critical"));
            Assert.That((await GetAsync(server, "/api/gossip/message_ids")).Body.GetProperty("ids").EnumerateArray().Select(each => each.GetString()), Is.EqualTo(new[] { id }));
        }
    }

    [Test]
    public async Task Ids_come_in_pages()
    {
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add((await PostAsync(0, $$"""{"kind":"n","payload":"{{i}}"}""")).Body.GetProperty("id").GetString()!);
        }

        var first = (await GetAsync(0, "/api/gossip/message_ids?limit=2")).Body;
        var second = (await GetAsync(0, $"/api/gossip/message_ids?limit=2&after={ids[1]}")).Body;
        var last = (await GetAsync(0, $"/api/gossip/message_ids?limit=2&after={ids[3]}")).Body;
        Assert.That(new[] { first, second, last }.SelectMany(page => page.GetProperty("ids").EnumerateArray()).Select(id => id.GetString()), Is.EqualTo(ids));
        Assert.That(new[] { first, second, last }.Select(page => page.GetProperty("has_more").GetBoolean()), Is.EqualTo(new[] { true, true, false }));
        Assert.That((await GetAsync(0, $"/api/gossip/message_ids?after={ids[4]}")).Body.GetProperty("ids").GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task A_WebSocket_is_sent_what_comes_of_all_kinds_or_one()
    {
        using var all = await FollowAsync(1, "");
        using var some = await FollowAsync(1, "?kind=b");
        await PostAsync(0, """{"kind":"a","payload":{"base64":"/w=="}}""");
        await PostAsync(0, """{"kind":"b"}""");
        var kinds = new[] { (await ReadAsync(all)).GetProperty("kind").GetString(), (await ReadAsync(all)).GetProperty("kind").GetString() };
        Assert.That(kinds, Is.EquivalentTo(new[] { "a", "b" }));
        Assert.That((await ReadAsync(some)).GetProperty("kind").GetString(), Is.EqualTo("b"));
        await all.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        Assert.That(all.State, Is.EqualTo(WebSocketState.Closed));

        await _servers[1].Node.DisposeAsync();
        Assert.That((await some.ReceiveAsync(new byte[10], CancellationToken.None)).MessageType, Is.EqualTo(WebSocketMessageType.Close));
        Assert.That(some.CloseStatus, Is.EqualTo(WebSocketCloseStatus.EndpointUnavailable));
    }

    [Test]
    public async Task Members_are_shown()
    {
        var swarm = (await GetAsync(2, "/api/gossip/members")).Body;
        Assert.That(swarm.GetProperty("node").GetUInt32(), Is.EqualTo(3));
        Assert.That(swarm.GetProperty("side").GetString(), Is.EqualTo("majority"));
        Assert.That(swarm.GetProperty("live").GetInt32(), Is.EqualTo(3));
        Assert.That(swarm.GetProperty("members").EnumerateArray().Select(member => (member.GetProperty("id").GetUInt32(), member.GetProperty("state").GetString())), Is.EqualTo(new (uint, string?)[] { (1, "alive"), (2, "alive"), (3, "alive") }));
    }

    [TestCase("""{"kind":""}""", HttpStatusCode.BadRequest, "'kind' has 0 characters")]
    [TestCase("""{"kind":"a b"}""", HttpStatusCode.BadRequest, "letters, digits")]
    [TestCase("""{"kind":"consensus.state"}""", HttpStatusCode.BadRequest, "the swarm's own")]
    [TestCase("""{"kind":"a","priority":"high"}""", HttpStatusCode.BadRequest, "allowed: critical, normal, bulk")]
    [TestCase("""{"payload":"a"}""", HttpStatusCode.BadRequest, "kind")]
    [TestCase("""{"kind":"a","ttl":0}""", HttpStatusCode.BadRequest, "ttl")]
    [TestCase("[]", HttpStatusCode.BadRequest, "not the JSON that is expected")]
    public async Task A_message_that_is_none_is_refused_with_the_reason(string body, HttpStatusCode status, string reason)
    {
        var answer = await PostAsync(0, body);
        Assert.That(answer.Status, Is.EqualTo(status));
        Assert.That(answer.Body.GetProperty("detail").GetString(), Does.Contain(reason));
        Assert.That(_servers[0].Node.KeptRumours, Is.Empty);
    }

    [Test]
    public async Task A_message_that_is_too_long_is_refused()
    {
        var answer = await PostAsync(0, $$"""{"kind":"a","payload":"{{new string('x', (256 * 1024) + 1)}}"}""");
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        Assert.That(answer.Body.GetProperty("detail").GetString(), Does.Contain("262,144"));
    }

    [TestCase("/api/gossip/message/nothing", HttpStatusCode.BadRequest, "malformed-request")]
    [TestCase("/api/gossip/message/00000000000000000000000000000000", HttpStatusCode.NotFound, "not-here")]
    [TestCase("/api/gossip/message_ids?limit=0", HttpStatusCode.BadRequest, "malformed-request")]
    [TestCase("/api/gossip/message_ids?after=x", HttpStatusCode.BadRequest, "malformed-request")]
    [TestCase("/api/gossip/message_ids?sort=up", HttpStatusCode.BadRequest, "unknown-parameter")]
    [TestCase("/api/gossip/stream", HttpStatusCode.UpgradeRequired, "upgrade-required")]
    [TestCase("/api/gossip/stream?kind=%20", HttpStatusCode.BadRequest, "malformed-request")]
    public async Task A_question_that_cannot_be_answered_is_a_problem(string path, HttpStatusCode status, string code)
    {
        var answer = await GetAsync(0, path);
        Assert.That(answer.Status, Is.EqualTo(status));
        Assert.That(answer.Body.GetProperty("code").GetString(), Is.EqualTo(code));
    }

    [Test]
    public async Task A_node_that_has_ended_says_so()
    {
        await _servers[0].Node.DisposeAsync();
        Assert.That((await GetAsync(0, "/api/gossip/members")).Body.GetProperty("code").GetString(), Is.EqualTo("stopped"));
        Assert.That((await PostAsync(0, """{"kind":"a"}""")).Status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (node, host) in _servers)
        {
            await host.DisposeAsync();
            await node.DisposeAsync();
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!await holds())
        {
            await Task.Delay(5, limit.Token);
        }
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(int server, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var response = await _servers[server].Host.Client.PostAsync(new Uri("/api/gossip", UriKind.Relative), content);
        return await ReadAsync(response);
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> GetAsync(int server, string path)
    {
        using var response = await _servers[server].Host.Client.GetAsync(new Uri(path, UriKind.Relative));
        return await ReadAsync(response);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> ReadAsync(HttpResponseMessage response)
    {
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return (response.StatusCode, json.RootElement.Clone());
    }

    private async Task<ClientWebSocket> FollowAsync(int server, string query)
    {
        var socket = new ClientWebSocket();
        var address = new UriBuilder(_servers[server].Host.Endpoint) { Scheme = "ws", Path = "/api/gossip/stream", Query = query };
        await socket.ConnectAsync(address.Uri, CancellationToken.None);
        return socket;
    }

    private static async Task<JsonElement> ReadAsync(ClientWebSocket socket)
    {
        using var limit = new CancellationTokenSource(Patience);
        var buffer = new byte[10_000];
        var received = await socket.ReceiveAsync(buffer, limit.Token);
        using var json = JsonDocument.Parse(buffer.AsMemory(0, received.Count));
        return json.RootElement.Clone();
    }
}
