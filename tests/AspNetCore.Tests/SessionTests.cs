using Consensus.AspNetCore.Tests.Fakes;
using Consensus.Cryptography;
using Consensus.Replication.KeyValue;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Consensus.AspNetCore.Tests;

[TestFixture]
internal sealed class SessionTests
{
    // The machine is alone behind its log: a put of "value" under "key" is [1, key, value] in MessagePack.
    private static readonly byte[] Put = [0x93, 1, 0xC4, 3, .. "key"u8, 0xC4, 5, .. "value"u8];

    [Test]
    public async Task A_session_is_opened()
    {
        await using var host = await ApiHost.StartAsync(new ScriptedConsensus());

        var answer = await host.SendAsync(HttpMethod.Post, "/v1/sessions");

        Assert.That(answer.Status, Is.EqualTo(201));
        Assert.That(answer.Text, Is.EqualTo("""{"client":12}"""));
    }

    [Test]
    public async Task A_session_that_can_not_be_opened_says_why()
    {
        await using var host = await ApiHost.StartAsync(new ScriptedConsensus { Session = new SessionResult(RefusalReason.NoLeader, ClientId.None) });

        var answer = await host.SendAsync(HttpMethod.Post, "/v1/sessions");

        Assert.That(answer.Status, Is.EqualTo(503));
        Assert.That(answer.Code, Is.EqualTo("no-leader"));
    }

    [Test]
    public async Task A_session_that_was_opened_with_a_key_takes_what_its_owner_has_signed_and_nothing_else()
    {
        var consensus = new LocalConsensus(new KeyValueStateMachine());
        await using var host = await ApiHost.StartAsync(
            services => services.AddSingleton<IConsensus>(consensus).AddSingleton(new KeyValueStore(consensus)), application => application.MapConsensus());
        var (owner, other) = (SignerOf(1), SignerOf(2));

        var opened = await host.SendAsync(HttpMethod.Post, "/v1/sessions", ApiHost.Json($$"""{"public_key":"{{Convert.ToHexString(owner.PublicKey.Span)}}"}"""));
        Assert.That(opened.Status, Is.EqualTo(201));
        var request = new RequestId(new ClientId((ulong)opened.Document["client"]!), 4);
        var unsigned = await PutAsync(host, request, null);
        var signedByAnother = await PutAsync(host, request, other.Sign(request, 2, Blake3.Hash(Put)));
        var signedForAnother = await PutAsync(host, request, owner.Sign(request with { Sequence = 5 }, 2, Blake3.Hash(Put)));
        var signed = await PutAsync(host, request, owner.Sign(request, 2, Blake3.Hash(Put)));

        foreach (var refused in new[] { unsigned, signedByAnother, signedForAnother })
        {
            Assert.That((refused.Status, refused.Code), Is.EqualTo((403, "not-signed-by-client")));
            Assert.That((bool)refused.Document["may_have_taken_effect"]!, Is.False);
        }

        Assert.That((signed.Status, (ulong)signed.Document["version"]!), Is.EqualTo((200, 5UL)), "the first that took effect");
    }

    [Test]
    public async Task A_body_that_names_no_key_opens_a_session_like_none()
    {
        await using var host = await ApiHost.StartAsync(new ScriptedConsensus());

        var answer = await host.SendAsync(HttpMethod.Post, "/v1/sessions", ApiHost.Json("{}"));

        Assert.That(answer.Status, Is.EqualTo(201));
    }

    [Test]
    public async Task An_engine_that_knows_no_keys_says_so()
    {
        await using var host = await ApiHost.StartAsync(new ScriptedConsensus());

        var answer = await host.SendAsync(HttpMethod.Post, "/v1/sessions", ApiHost.Json($$"""{"public_key":"{{Convert.ToHexString(SignerOf(1).PublicKey.Span)}}"}"""));

        Assert.That((answer.Status, answer.Code), Is.EqualTo((501, "not-supported")));
    }

    [TestCase("12:1", "ab", "invalid-signature")]
    [TestCase("12:1", "0x", "invalid-signature")]
    [TestCase("12:1", "", "invalid-signature")]
    [TestCase("12:1", "64 letters", "invalid-signature")]
    [TestCase(null, "64 bytes", "invalid-idempotency-key")]
    public async Task A_signature_that_is_none_or_of_no_session_reaches_no_replica(string? key, string signature, string code)
    {
        var consensus = new ScriptedConsensus();
        await using var host = await ApiHost.StartAsync(
            services => services.AddSingleton<IConsensus>(consensus).AddSingleton(new KeyValueStore(consensus)), application => application.MapConsensus());
        var text = signature switch
        {
            "64 letters" => new string('x', 128),
            "64 bytes" => new string('a', 128),
            _ => signature,
        };

        var answer = await host.SendAsync(HttpMethod.Delete, "/v1/kv/key", null, [("Consensus-Signature", text), .. key is null ? Array.Empty<(string, string)>() : [("Idempotency-Key", key)]]);

        Assert.That((answer.Status, answer.Code, consensus.Proposals), Is.EqualTo((400, code, 0)));
    }

    private static RequestSigner SignerOf(ulong number) => new(LocalConsensus.Cluster, LocalConsensus.Keys.CreateSigner(number));

    private static Task<ApiHost.Answer> PutAsync(ApiHost host, RequestId request, Signature? signature) => host.SendAsync(
        HttpMethod.Put,
        "/v1/kv/key",
        new ByteArrayContent("value"u8.ToArray()),
        [
            ("Idempotency-Key", $"{request.Client.Value}:{request.Sequence}"),
            ("Idempotency-Acknowledged-Below", "2"),
            .. signature is { } signed ? [("Consensus-Signature", $"{signed}")] : Array.Empty<(string, string)>(),
        ]);
}
