using Consensus.AspNetCore.Tests.Fakes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Consensus.AspNetCore.Tests;

/// <summary>Proofs and signed replies are handed out as the replica gives them.</summary>
public sealed class ProofTests
{
    private readonly ProvingConsensus _group = new();

    [Test]
    public async Task A_proof_is_given_as_it_is()
    {
        _group.Proof = index => new ProofResult(RefusalReason.None, "", "{\"index\":17}"u8.ToArray());
        await using var host = await StartAsync();

        var answer = await host.SendAsync(HttpMethod.Get, "/v1/proofs/17");

        Assert.That((answer.Status, answer.ContentHeaders.ContentType!.MediaType, (int)answer.Document["index"]!), Is.EqualTo((200, "application/json", 17)));
        Assert.That(_group.AskedIndex, Is.EqualTo(new LogIndex(17)));
    }

    [Test]
    public async Task A_reply_is_given_as_it_is()
    {
        _group.Found = _ => new FoundResult(RefusalReason.None, "", new LogIndex(4), IsApplied: true, default, default, "{\"signer\":3}"u8.ToArray());
        await using var host = await StartAsync();

        var answer = await host.SendAsync(HttpMethod.Get, "/v1/sessions/12/replies/5");

        Assert.That((answer.Status, answer.ContentHeaders.ContentType!.MediaType, (int)answer.Document["signer"]!), Is.EqualTo((200, "application/json", 3)));
        Assert.That(_group.AskedRequest, Is.EqualTo(new RequestId(new ClientId(12), 5)));
    }

    [TestCase(RefusalReason.NotHere, 404, "not-here")]
    [TestCase(RefusalReason.RequestForgotten, 409, "request-forgotten")]
    [TestCase(RefusalReason.Overloaded, 503, "overloaded")]
    [TestCase(RefusalReason.NotSupported, 501, "not-supported")]
    public async Task What_there_is_not_is_a_problem_with_the_replicas_own_sentence(RefusalReason reason, int status, string code)
    {
        _group.Proof = _ => new ProofResult(reason, "It has those from block 7 on.", default);
        _group.Found = _ => FoundResult.Refused(reason, "It has those from block 7 on.");
        await using var host = await StartAsync();

        foreach (var path in new[] { "/v1/proofs/17", "/v1/sessions/12/replies/5" })
        {
            var answer = await host.SendAsync(HttpMethod.Get, path);

            Assert.That((answer.Status, answer.Code, (string?)answer.Document["detail"]), Is.EqualTo((status, code, "It has those from block 7 on.")), path);
        }
    }

    [Test]
    public async Task An_engine_whose_replicas_believe_each_other_offers_neither()
    {
        await using var host = await ApiHost.StartAsync(new ScriptedConsensus());

        foreach (var path in new[] { "/v1/proofs/17", "/v1/sessions/12/replies/5" })
        {
            var answer = await host.SendAsync(HttpMethod.Get, path);
            Assert.That((answer.Status, answer.Code), Is.EqualTo((501, "not-supported")), path);
        }
    }

    [TestCase("/v1/proofs/0")]
    [TestCase("/v1/proofs/-1")]
    [TestCase("/v1/proofs/18446744073709551616")]
    [TestCase("/v1/proofs/a")]
    [TestCase("/v1/sessions/x/replies/5")]
    [TestCase("/v1/sessions/12/replies/0")]
    [TestCase("/v1/sessions/12/replies/+5")]
    public async Task What_is_no_number_is_refused(string path)
    {
        await using var host = await StartAsync();

        var answer = await host.SendAsync(HttpMethod.Get, path);

        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "malformed-request")), answer.Text);
    }

    private Task<ApiHost> StartAsync() => ApiHost.StartAsync(services => services.AddSingleton<IConsensus>(_group), application => application.MapConsensus());
}
