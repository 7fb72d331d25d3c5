using System.Text;
using System.Text.Json.Nodes;
using Consensus.AspNetCore.Tests.Fakes;
using Consensus.Replication.KeyValue;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Consensus.AspNetCore.Tests;

[TestFixture]
internal sealed class KeyValueTests
{
    private LocalConsensus _consensus = null!;
    private ApiHost _host = null!;

    [SetUp]
    public async Task Start()
    {
        _consensus = new LocalConsensus(new KeyValueStateMachine());
        _host = await ApiHost.StartAsync(
            services => services.AddSingleton<IConsensus>(_consensus).AddSingleton(new KeyValueStore(_consensus)),
            application => application.MapConsensus());
    }

    [TearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task A_value_is_put_read_and_deleted_as_raw_bytes()
    {
        byte[] value = [0, 255, 10, 13];

        var put = await PutAsync("key", value);
        var got = await _host.SendAsync(HttpMethod.Get, "/v1/kv/key");
        var deleted = await _host.SendAsync(HttpMethod.Delete, "/v1/kv/key");
        var again = await _host.SendAsync(HttpMethod.Delete, "/v1/kv/key");
        var gone = await _host.SendAsync(HttpMethod.Get, "/v1/kv/key");

        Assert.That((put.Status, put.Text), Is.EqualTo((200, """{"index":2,"existed":false,"version":2}""")));
        Assert.That((got.Status, got.Body), Is.EqualTo((200, value)));
        Assert.That(got.ContentHeaders.ContentType!.MediaType, Is.EqualTo("application/octet-stream"));
        Assert.That(got.Headers.ETag!.Tag, Is.EqualTo("\"2\""));
        Assert.That(got.Headers.GetValues("Consensus-Index"), Is.EqualTo(new[] { "2" }));
        Assert.That((deleted.Status, deleted.Text), Is.EqualTo((200, """{"index":3,"existed":true,"version":0}""")));
        Assert.That((again.Status, again.Text), Is.EqualTo((200, """{"index":4,"existed":false,"version":0}""")));
        Assert.That((gone.Status, gone.Code), Is.EqualTo((404, "not-found")));
    }

    [TestCase("a%2Fb", "61-2F-62")]
    [TestCase("a/b", "61-2F-62")]
    [TestCase("a//b/", "61-2F-2F-62-2F")]
    [TestCase("%01%ff%FE", "01-FF-FE")]
    [TestCase("AP8?encoding=base64url", "00-FF")]
    [TestCase("%E4%BD%A0", "E4-BD-A0")]
    [TestCase("%2525", "25-32-35")]
    [TestCase("a+b", "61-2B-62")]
    [TestCase("%3Fquery%23fragment", "3F-71-75-65-72-79-23-66-72-61-67-6D-65-6E-74")]
    [TestCase("Li4?encoding=base64url", "2E-2E")]
    [TestCase("__79?encoding=base64url", "FF-FE-FD")]
    public async Task A_key_may_be_any_bytes(string path, string hex)
    {
        var put = await PutAsync(path, "v"u8.ToArray());
        var scan = await _host.SendAsync(HttpMethod.Get, "/v1/kv");

        Assert.That(put.Status, Is.EqualTo(200), put.Text);
        var key = scan.Document["entries"]![0]!["key"]!;
        var bytes = key is JsonValue ? Encoding.UTF8.GetBytes((string)key!) : Convert.FromBase64String((string)key["base64"]!);
        Assert.That(BitConverter.ToString(bytes), Is.EqualTo(hex));
        Assert.That((await _host.SendAsync(HttpMethod.Get, $"/v1/kv/{path}")).Text, Is.EqualTo("v"));
    }

    [TestCase("%")]
    [TestCase("a%2")]
    [TestCase("a%zz")]
    [TestCase("%u0041")]
    [TestCase("a?encoding=hex")]
    [TestCase("a?encoding=base64url&encoding=base64url")]
    [TestCase("a!?encoding=base64url")]
    [TestCase("?encoding=base64url")]
    public async Task A_key_that_is_not_encoded_as_it_should_is_refused(string path)
    {
        var answer = await _host.SendRawAsync($"PUT /v1/kv/{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\nv");

        Assert.That(answer, Does.StartWith("HTTP/1.1 400 "));
        Assert.That(_consensus.Proposals, Is.Zero);
    }

    [Test]
    public async Task A_key_that_is_too_long_is_refused()
    {
        var longest = await PutAsync(new string('k', KeyValueLimits.KeyBytesMax), []);
        var longer = await PutAsync(new string('k', KeyValueLimits.KeyBytesMax + 1), []);

        Assert.That(longest.Status, Is.EqualTo(200));
        Assert.That((longer.Status, longer.Code, (string?)longer.Document["rejection"]), Is.EqualTo((400, "malformed-request", "key_too_long")));
    }

    [Test]
    public async Task A_value_that_is_too_large_is_refused_before_it_is_read()
    {
        var largest = await PutAsync("a", new byte[1024 * 1024]);
        using var unread = new StreamContent(new UnreadableStream());
        unread.Headers.ContentLength = (1024 * 1024) + 1;

        // With it the client sends no body before the server asks for one.
        var announced = await _host.SendAsync(HttpMethod.Put, "/v1/kv/b", unread, ("Expect", "100-continue"));

        Assert.That(largest.Status, Is.EqualTo(200));
        Assert.That((announced.Status, announced.Code), Is.EqualTo((413, "too-large")));
        Assert.That(_consensus.Proposals, Is.EqualTo(1));
    }

    [Test]
    public async Task A_value_that_turns_out_to_be_too_large_is_refused()
    {
        var answer = await _host.SendRawAsync(
            $"PUT /v1/kv/b HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n{new string('v', 0x100001)}\r\n0\r\n\r\n");

        Assert.That(answer, Does.StartWith("HTTP/1.1 413 ").And.Contain("\"code\":\"too-large\""));
        Assert.That(_consensus.Proposals, Is.Zero);
    }

    [TestCase("fffffffff\r\nxx", Description = "a chunk longer than any")]
    [TestCase("nonsense\r\n", Description = "no chunk")]
    public async Task A_body_that_breaks_the_rules_of_its_encoding_is_refused(string chunks)
    {
        var answer = await _host.SendRawAsync($"PUT /v1/kv/b HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}");

        Assert.That(answer, Does.StartWith("HTTP/1.1 400 ").And.Contain("\"code\":\"malformed-request\""));
        Assert.That(_consensus.Proposals, Is.Zero);
    }

    [Test]
    public async Task A_client_that_has_the_value_gets_no_body()
    {
        await PutAsync("key", "v"u8.ToArray());

        var known = await _host.SendAsync(HttpMethod.Get, "/v1/kv/key", null, ("If-None-Match", "\"2\""));
        var other = await _host.SendAsync(HttpMethod.Get, "/v1/kv/key", null, ("If-None-Match", "\"1\", \"3\""));
        var head = await _host.SendAsync(HttpMethod.Head, "/v1/kv/key");

        Assert.That((known.Status, known.Body.Length), Is.EqualTo((304, 0)));
        Assert.That((other.Status, other.Text), Is.EqualTo((200, "v")));
        Assert.That((head.Status, head.Body.Length, head.ContentHeaders.ContentLength), Is.EqualTo((200, 0, 1)));
    }

    [TestCase("If-Match", "\"2\"")]
    [TestCase("If-None-Match", "*")]
    public async Task A_condition_on_a_write_is_refused_rather_than_ignored(string header, string value)
    {
        using var content = new ByteArrayContent([1]);
        var answer = await _host.SendAsync(HttpMethod.Put, "/v1/kv/key", content, (header, value));

        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "malformed-request")));
        Assert.That(_consensus.Proposals, Is.Zero);
    }

    [Test]
    public async Task A_swap_happens_only_if_the_value_is_the_expected_one()
    {
        var created = await SwapAsync("""{"expected":null,"replacement":"one"}""");
        var createdAgain = await SwapAsync("""{"expected":null,"replacement":"two"}""");
        var swapped = await SwapAsync("""{"expected":{"base64":"b25l"},"replacement":{"base64":"/w=="}}""");
        var removed = await SwapAsync("""{"expected":{"base64":"/w=="},"replacement":null}""");

        Assert.That((created.Status, created.Text), Is.EqualTo((200, """{"index":2,"existed":false,"version":2}""")));
        Assert.That((createdAgain.Status, createdAgain.Code), Is.EqualTo((409, "comparison-failed")));
        Assert.That((ulong)createdAgain.Document["index"]!, Is.EqualTo(3));
        Assert.That((ulong)createdAgain.Document["version"]!, Is.EqualTo(2));
        Assert.That((string?)createdAgain.Document["rejection"], Is.EqualTo("comparison_failed"));
        Assert.That(swapped.Status, Is.EqualTo(200));
        Assert.That(removed.Status, Is.EqualTo(200));
        Assert.That((await _host.SendAsync(HttpMethod.Get, "/v1/kv/key")).Status, Is.EqualTo(404));
    }

    [TestCase("""{"replacement":"a"}""")]
    [TestCase("""{"expected":"a"}""")]
    [TestCase("""{"expected":1,"replacement":"a"}""")]
    [TestCase("""{"expected":{},"replacement":"a"}""")]
    [TestCase("""{"expected":{"base64":"%"},"replacement":"a"}""")]
    [TestCase("""{"expected":{"base64":"YQ==","x":1},"replacement":"a"}""")]
    [TestCase("""{"expected":"\ud800","replacement":"a"}""")]
    [TestCase("""{"expected":null,"replacement":"a","replacement":"b"}""")]
    [TestCase("""{"expected":null,"replacement":"a","ttl":1}""")]
    [TestCase("""{"expected":null,"replacement":"a"} x""")]
    [TestCase("\u0000")]
    public async Task A_malformed_swap_is_refused(string body)
    {
        var answer = await SwapAsync(body);

        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "malformed-request")), answer.Text);
        Assert.That(_consensus.Proposals, Is.Zero);
    }

    [Test]
    public async Task A_body_nested_without_end_is_refused()
    {
        var answer = await SwapAsync(new string('[', 100_000));

        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "malformed-request")));
    }

    [Test]
    public async Task A_post_to_a_key_that_is_no_swap_is_refused()
    {
        var answer = await _host.SendAsync(HttpMethod.Post, "/v1/kv/key", ApiHost.Json("""{"expected":null,"replacement":"a"}"""));

        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That(_consensus.Proposals, Is.Zero);
    }

    [Test]
    public async Task A_scan_pages_through_a_prefix_in_the_order_of_the_keys()
    {
        foreach (var key in new[] { "b", "a%2F1", "a%2F2", "a%2F3", "a%2F%FF" })
        {
            await PutAsync(key, Encoding.UTF8.GetBytes($"v{key}"));
        }

        var first = await _host.SendAsync(HttpMethod.Get, "/v1/kv?prefix=a/&limit=2");
        var second = await _host.SendAsync(HttpMethod.Get, "/v1/kv?prefix=a%2F&limit=2&after=a%2F2&consistency=stale");

        Assert.That(first.Text, Is.EqualTo(
            """{"index":6,"entries":[{"key":"a/1","value":"va%2F1","version":3},{"key":"a/2","value":"va%2F2","version":4}],"has_more":true}"""));
        Assert.That(second.Text, Is.EqualTo(
            """{"index":6,"entries":[{"key":"a/3","value":"va%2F3","version":5},{"key":{"base64":"YS//"},"value":"va%2F%FF","version":6}],"has_more":false}"""));
    }

    [TestCase("limit=0")]
    [TestCase("limit=1001")]
    [TestCase("limit=-1")]
    [TestCase("limit=ten")]
    [TestCase("limit=1&limit=2")]
    [TestCase("prefix=%zz")]
    [TestCase("prefix=a&prefix=b")]
    [TestCase("consistency=eventual")]
    [TestCase("consistency=")]
    public async Task A_malformed_scan_is_refused(string query)
    {
        var answer = await _host.SendAsync(HttpMethod.Get, $"/v1/kv?{query}");

        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "malformed-request")));
    }

    [Test]
    public async Task A_write_that_is_retried_with_its_key_takes_effect_once_and_gets_the_first_result()
    {
        var client = (ulong)(await _host.SendAsync(HttpMethod.Post, "/v1/sessions")).Document["client"]!;

        var first = await PutAsync("key", "one"u8.ToArray(), ("Idempotency-Key", $"{client}:1"));
        await PutAsync("key", "other"u8.ToArray());
        var retry = await PutAsync("key", "one"u8.ToArray(), ("Idempotency-Key", $"\"{client}:1\""));
        var value = await _host.SendAsync(HttpMethod.Get, "/v1/kv/key");
        var next = await PutAsync("key", "two"u8.ToArray(), ("Idempotency-Key", $"{client}:2"), ("Idempotency-Acknowledged-Below", "2"));
        var forgotten = await PutAsync("key", "one"u8.ToArray(), ("Idempotency-Key", $"{client}:1"));

        Assert.That(retry.Text, Is.EqualTo(first.Text));
        Assert.That(value.Text, Is.EqualTo("other"));
        Assert.That(next.Status, Is.EqualTo(200));
        Assert.That((forgotten.Status, forgotten.Code, (bool)forgotten.Document["may_have_taken_effect"]!), Is.EqualTo((409, "request-forgotten", true)));
    }

    [Test]
    public async Task A_session_that_was_never_opened_is_gone()
    {
        var answer = await PutAsync("key", [], ("Idempotency-Key", "99:1"));

        Assert.That((answer.Status, answer.Code, (bool)answer.Document["may_have_taken_effect"]!), Is.EqualTo((410, "session-expired", true)));
    }

    [TestCase("")]
    [TestCase("8e03978e-40d5-43e8-bc93-6894a57f9324")]
    [TestCase("1")]
    [TestCase("1:0")]
    [TestCase("0:1")]
    [TestCase("1:-1")]
    [TestCase("1: 1")]
    [TestCase("1:1:1")]
    [TestCase("99999999999999999999:1")]
    public async Task A_key_that_is_no_number_in_a_session_is_refused(string key)
    {
        var answer = await PutAsync("key", [], ("Idempotency-Key", key));

        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "invalid-idempotency-key")));
        Assert.That(_consensus.Proposals, Is.Zero);
    }

    [TestCase("0")]
    [TestCase("3")]
    [TestCase("x")]
    public async Task An_acknowledgement_that_makes_no_sense_is_refused(string below)
    {
        var answer = await PutAsync("key", [], ("Idempotency-Key", "1:2"), ("Idempotency-Acknowledged-Below", below));

        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "invalid-idempotency-key")));
    }

    private async Task<ApiHost.Answer> PutAsync(string path, byte[] value, params (string, string)[] headers)
    {
        using var content = new ByteArrayContent(value);
        return await _host.SendAsync(HttpMethod.Put, $"/v1/kv/{path}", content, headers);
    }

    private async Task<ApiHost.Answer> SwapAsync(string body)
    {
        using var content = ApiHost.Json(body);
        return await _host.SendAsync(HttpMethod.Post, "/v1/kv/key/cas", content);
    }

    private sealed class UnreadableStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new InvalidOperationException("The body was read.");
    }
}
