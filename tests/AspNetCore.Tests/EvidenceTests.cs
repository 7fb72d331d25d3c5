using System.Text.Json.Nodes;
using Consensus.AspNetCore.Tests.Fakes;
using Consensus.Cryptography;
using Consensus.Hosting;
using Consensus.Storage.Files;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Consensus.AspNetCore.Tests;

/// <summary>What a node has found is listed and handed out as it is kept.</summary>
public sealed class EvidenceTests
{
    private readonly EvidenceArchive _archive = new(new EvidenceFolder(new MemoryFileSystem(), "data/evidence"), new NodeId(1), TimeProvider.System, NullLogger.Instance);

    [Test]
    public async Task What_is_kept_is_listed_and_each_piece_is_given_as_the_document_that_is_verified()
    {
        var evidence = Equivocation();
        _archive.Save(evidence);
        await using var host = await StartAsync();

        var list = await host.SendAsync(HttpMethod.Get, "/v1/evidence");
        var piece = await host.SendAsync(HttpMethod.Get, $"/v1/evidence/{evidence.ComputeDigest()}");

        var item = list.Document["items"]!.AsArray().Single()!;
        var expected = new JsonObject
        {
            ["digest"] = $"{evidence.ComputeDigest()}",
            ["culprit"] = 3,
            ["kind"] = "PbftPrepare",
            ["about"] = "prepare of block 9 in view 7",
            ["epoch"] = 1,
            ["seen_at"] = (string?)item["seen_at"],
            ["stored"] = true,
        };
        Assert.That(JsonNode.DeepEquals(item, expected), Is.True, list.Text);
        Assert.That((piece.Status, piece.ContentHeaders.ContentType!.MediaType), Is.EqualTo((200, "application/json")));
        Assert.That(EvidenceDocument.TryParse(piece.Body, out var document, out var defect), Is.True, defect?.Detail);
        Assert.That((document!.Evidence.ComputeDigest(), document.SeenAt), Is.EqualTo((evidence.ComputeDigest(), item["seen_at"]!.GetValue<DateTimeOffset>())));
    }

    [TestCase("0000000000000000000000000000000000000000000000000000000000000000")]
    [TestCase("..%2F..%2Fidentity")]
    [TestCase("x")]
    public async Task What_is_not_kept_is_not_found(string digest)
    {
        _archive.Save(Equivocation());
        await using var host = await StartAsync();

        var answer = await host.SendAsync(HttpMethod.Get, $"/v1/evidence/{digest}");

        Assert.That((answer.Status, answer.Code), Is.EqualTo((404, "not-found")), answer.Text);
    }

    [Test]
    public async Task A_group_that_keeps_none_has_an_empty_list()
    {
        await using var host = await ApiHost.StartAsync(new ScriptedConsensus());

        var list = await host.SendAsync(HttpMethod.Get, "/v1/evidence");

        Assert.That((list.Status, list.Text), Is.EqualTo((200, """{"items":[]}""")));
    }

    private static EquivocationEvidence Equivocation()
    {
        var keys = new SimulatedKeyRegistry(1);
        var domain = new SigningDomain(new ClusterId(Guid.NewGuid()), new Epoch(1), Blake3.Hash("epoch"u8));
        var one = new Statement(domain, StatementKind.PbftPrepare, new ViewNumber(7), new SequenceNumber(9), Blake3.Hash("one"u8));
        var other = one with { Hash = Blake3.Hash("other"u8) };
        var (signer, key) = (new NodeId(3), keys.CreateSigner(new NodeId(3)));
        return EquivocationEvidence.TryCreate(new SignedStatement(one, signer, one.Sign(key)), new SignedStatement(other, signer, other.Sign(key)), out var evidence, out var defect)
            ? evidence
            : throw new InvalidOperationException(defect.Detail);
    }

    private Task<ApiHost> StartAsync() => ApiHost.StartAsync(
        services => services.AddSingleton<IConsensus>(new ScriptedConsensus()).AddSingleton(_archive),
        application => application.MapConsensus());
}
