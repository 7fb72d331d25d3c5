using Consensus.AspNetCore.Tests.Fakes;
using Consensus.Cryptography;
using Consensus.Hosting;
using Consensus.Hybrid;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Consensus.AspNetCore.Tests;

/// <summary>What began a hybrid's epochs is handed out to whoever wants to check it.</summary>
public sealed class EpochTests
{
    private static readonly SimulatedKeyRegistry Keys = new(3);

    [Test]
    public async Task The_epochs_of_a_hybrid_are_given_as_the_document_that_is_verified()
    {
        var members = SignerSet.Create(Enumerable.Range(1, 4).Select(i => new MemberKey(new NodeId((uint)i), Keys.PublicKeyOf((ulong)i))), faultsTolerated: 1);
        var first = EpochDescriptor.First(new ClusterId(Guid.NewGuid()), EpochProtocol.HotStuff, members, [Keys.PublicKeyOf(100)]);
        var engine = new HybridEngine(first, new HybridOptions(), new HybridIdentity(new NodeId(1), Keys.CreateSigner(1), Keys, new VerifiedSignatures(64)));
        await using var host = await ApiHost.StartAsync(
            services => services.AddSingleton<IConsensus>(new ScriptedConsensus()).AddSingleton(new GroupEpochs(engine)),
            application => application.MapConsensus());

        var answer = await host.SendAsync(HttpMethod.Get, "/v1/epochs");

        Assert.That((answer.Status, answer.ContentHeaders.ContentType!.MediaType), Is.EqualTo((200, "application/json")));
        Assert.That(EpochHistoryDocument.TryParse(answer.Body, first, Keys, out var read, out var defect), Is.True, defect);
        Assert.That(read!.Newest.Id, Is.EqualTo(first.Id));
        Assert.That((string?)answer.Document["epochs"]![0]!["protocol"], Is.EqualTo("hotstuff"));
    }

    [Test]
    public async Task A_group_with_one_engine_has_none()
    {
        await using var host = await ApiHost.StartAsync(new ScriptedConsensus());

        var answer = await host.SendAsync(HttpMethod.Get, "/v1/epochs");

        Assert.That((answer.Status, answer.Code), Is.EqualTo((501, "not-supported")), answer.Text);
    }
}
