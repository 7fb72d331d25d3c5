using System.Text.Json.Nodes;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Replication.KeyValue;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Consensus.Hosting.Tests;

/// <summary>Four nodes that sign, in hosts of their own, as an application would run them.</summary>
[TestFixture("pbft")]
[TestFixture("hotstuff")]
[CancelAfter(120_000)]
public sealed class ByzantineClusterTests(string algorithm) : IDisposable
{
    /// <summary>The key-value machine's command to delete a key.</summary>
    private static readonly byte[] Delete = [1, 0x92, 2, 0xC4, 1, (byte)'a'];
    private static readonly byte[] DeleteAnother = [1, 0x92, 2, 0xC4, 1, (byte)'b'];

    private readonly SignedSettings _settings = new();

    public void Dispose() => _settings.Dispose();

    [Test]
    public async Task What_was_written_through_one_node_is_read_through_another_also_when_the_primary_is_gone(CancellationToken cancellationToken)
    {
        await using var cluster = await StartAsync(cancellationToken);
        var primary = (await cluster[2].LeaderAsync(cancellationToken)).Value;
        var written = await cluster.Get<KeyValueStore>(2).PutAsync("before"u8.ToArray(), "1"u8.ToArray(), cancellationToken: cancellationToken);

        await cluster.StopNodeAsync(primary, cancellationToken);
        uint[] left = [.. cluster.Running];
        var later = await cluster.Get<KeyValueStore>(left[0]).PutAsync("after"u8.ToArray(), "2"u8.ToArray(), cancellationToken: cancellationToken);
        var before = await cluster.Get<KeyValueStore>(left[1]).GetAsync("before"u8.ToArray(), cancellationToken: cancellationToken);
        var after = await cluster.Get<KeyValueStore>(left[2]).GetAsync("after"u8.ToArray(), cancellationToken: cancellationToken);

        Assert.That((written.IsApplied, later.IsApplied), Is.EqualTo((true, true)), $"{written}, {later}");
        Assert.That((before.IsFound, after.IsFound), Is.EqualTo((true, true)), $"{before}, {after}");
        var status = cluster[left[0]].Status;
        Assert.That((status.Algorithm, status.Leader), Is.EqualTo((algorithm, cluster[left[1]].Status.Leader)));
        Assert.That(status.TermOrView, Is.Positive, "the view has changed");
    }

    [Test]
    public async Task The_engine_that_fits_is_chosen_told_of_and_kept(CancellationToken cancellationToken)
    {
        await using var cluster = new Cluster();
        foreach (var node in Enumerable.Range(1, SignedSettings.Nodes).Select(node => (uint)node))
        {
            await cluster.StartNodeAsync(node, Choosing(node), cancellationToken: cancellationToken);
        }

        var written = await cluster.Get<KeyValueStore>(1).PutAsync("a"u8.ToArray(), "1"u8.ToArray(), cancellationToken: cancellationToken);
        Assert.That(written.IsApplied, Is.True, $"{written}");
        Assert.That(cluster.Running.Select(node => cluster[node].Status.Algorithm), Has.All.EqualTo(algorithm));
        Assert.That(cluster.TextsOf(108), Has.Exactly(4).Contains($"has chosen the algorithm {algorithm}. {algorithm}: members may lie, 4 members are at most 1,000 (SwarmSizeLimit), and "));
        Assert.That(cluster.TextsOf(101), Has.Exactly(4).Contains($"runs {algorithm};"));

        await cluster.StopNodeAsync(4, cancellationToken);
        var otherwise = Choosing(4).With("Selection:LatencyLimit", algorithm == "pbft" ? "101ms" : "50ms");
        var refusal = await Assert.ThrowsAsync<ConsensusException>(() => cluster.StartNodeAsync(4, otherwise, cancellationToken: cancellationToken));
        Assert.That(refusal.Reason, Is.EqualTo(ConsensusFailure.StorageForeign), refusal.Message);
        Assert.That(refusal.Message, Does.Contain($"Its data is of the algorithm \"{algorithm}\", and Consensus:Algorithm chooses \"{(algorithm == "pbft" ? "hotstuff" : "pbft")}\""));

        JsonObject Choosing(uint node) => _settings.Of(node, "Auto").With("Selection:Byzantine", true).With("Selection:Latency", algorithm == "pbft" ? "100ms" : "99ms");
    }

    [Test]
    public async Task Members_do_not_change_and_nobody_hands_over_and_a_primary_that_stops_does_not_complain(CancellationToken cancellationToken)
    {
        await using var cluster = await StartAsync(cancellationToken);
        var primary = (await cluster[1].LeaderAsync(cancellationToken)).Value;

        var change = await cluster[1].ChangeMembershipAsync(MembershipChange.None.Remove(new NodeId(4)), cancellationToken);
        var transfer = await cluster[primary].TransferLeadershipAsync(new NodeId(2), cancellationToken);
        await cluster.StopNodeAsync(primary, cancellationToken);

        Assert.That((change.Refusal, transfer.Refusal), Is.EqualTo((RefusalReason.NotSupported, RefusalReason.NotSupported)));
        Assert.That((change.Detail, transfer.Detail), Is.Not.EqualTo(("", "")));
        Assert.That(cluster.Logged, Has.No.Member(111));
    }

    [Test]
    public async Task A_result_comes_with_its_proof_and_each_node_signs_what_became_of_the_request(CancellationToken cancellationToken)
    {
        await using var cluster = await StartAsync(cancellationToken);
        var options = cluster.Get<ConsensusOptions>(1);
        var members = SignerSet.Create(MemberKeys.Of(options));
        var domain = SigningDomain.Of(options.ClusterId, Epoch.Zero, members);
        var request = new RequestId((await cluster[1].OpenSessionAsync(cancellationToken)).Client, 1);

        var result = await cluster[1].ProposeAsync(Delete, new ProposeOptions(Request: request, Prove: true), cancellationToken);

        Assert.That((result.Status, result.Proof?.Refusal), Is.EqualTo((ProposeStatus.Applied, RefusalReason.None)), result.Proof?.Detail);
        Assert.That(CommitProofDocument.TryParse(result.Proof!.Proof.Span, out var document, out var defect), Is.True, defect?.Detail);
        Assert.That(CommitProofVerifier.Verify(document!.Proof, domain, members, CommitRule.ThreeChain, Ed25519.Load(), out defect), Is.True, defect?.Detail);
        Assert.That(document.Proof.Command.Payload[CommandEnvelope.HeaderSize..].ToArray(), Is.EqualTo(Delete));
        var tally = new ReplyTally(domain, members, Ed25519.Load(), request);
        for (uint node = 1; node <= SignedSettings.Nodes; node++)
        {
            FoundResult found;
            while (!(found = await cluster[node].FindResultAsync(request, cancellationToken)).IsFound)
            {
                Assert.That(found.Refusal, Is.EqualTo(RefusalReason.NotHere), "not yet");
                await Task.Delay(1, cancellationToken);
            }

            Assert.That(SignedReplyDocument.TryParse(found.Reply.Span, out var reply, out defect) && tally.TryAdd(reply, out defect), Is.True, defect?.Detail);
            Assert.That(reply!.Signer.Value, Is.EqualTo(node));
        }

        Assert.That((tally.Replies.Count, tally.Agreed!.Index, tally.Agreed.Command), Is.EqualTo((4, result.Index, Blake3.Hash(Delete))));
        Assert.That(tally.Agreed.Result.ToArray(), Is.EqualTo(result.Result.ToArray()));
    }

    [Test]
    public async Task Who_asks_for_proof_is_not_told_of_anothers_command_that_it_is_his(CancellationToken cancellationToken)
    {
        await using var cluster = await StartAsync(cancellationToken);
        var request = new RequestId((await cluster[1].OpenSessionAsync(cancellationToken)).Client, 1);
        var first = await cluster[2].ProposeAsync(Delete, new ProposeOptions(Request: request), cancellationToken);

        var second = await cluster[1].ProposeAsync(DeleteAnother, new ProposeOptions(Request: request, Prove: true), cancellationToken);
        var unproven = await cluster[1].ProposeAsync(DeleteAnother, new ProposeOptions(Request: request), cancellationToken);

        Assert.That((second.Status, second.Refusal, second.Proof), Is.EqualTo((ProposeStatus.Refused, RefusalReason.RequestForgotten, (ProofResult?)null)));
        Assert.That((unproven.Status, unproven.Index, unproven.Proof), Is.EqualTo((ProposeStatus.Applied, first.Index, (ProofResult?)null)), "a retry has the first one's result");
    }

    [Test]
    public async Task A_session_with_a_key_takes_what_its_owner_has_signed_through_any_node_and_that_is_proven(CancellationToken cancellationToken)
    {
        await using var cluster = await StartAsync(cancellationToken);
        using var key = SigningKeyFile.Generate(Ed25519.Load());
        var signer = new RequestSigner(cluster.Get<ConsensusOptions>(1).ClusterId, key);
        var session = (await cluster[1].OpenSessionAsync(signer.PublicKey, cancellationToken)).Client;
        var options = new ProposeOptions(Request: new RequestId(session, 1), AcknowledgedBelow: 1);

        var unsigned = await cluster[1].ProposeAsync(DeleteAnother, options, cancellationToken);
        var forged = await cluster[1].ProposeAsync(DeleteAnother, signer.Sign(options, Delete), cancellationToken);
        var signed = await cluster[1].ProposeAsync(Delete, signer.Sign(options with { Prove = true }, Delete), cancellationToken);
        var found = await cluster[1].FindResultAsync(options.Request, cancellationToken);

        Assert.That((unsigned.Status, unsigned.Refusal), Is.EqualTo((ProposeStatus.Refused, RefusalReason.NotSignedByClient)));
        Assert.That((forged.Status, forged.Refusal), Is.EqualTo((ProposeStatus.Refused, RefusalReason.NotSignedByClient)));
        Assert.That((signed.Status, signed.Proof?.Refusal), Is.EqualTo((ProposeStatus.Applied, RefusalReason.None)), signed.Proof?.Detail);
        Assert.That(found.Command.ToArray(), Is.EqualTo(Delete), "without the signature");
        Assert.That(cluster[1].GetMetrics().Refusals[RefusalReason.NotSignedByClient], Is.EqualTo(2));
    }

    [Test]
    public async Task What_is_no_key_and_no_signature_is_a_misuse(CancellationToken cancellationToken)
    {
        await using var cluster = await StartAsync(cancellationToken);
        var request = new RequestId(new ClientId(1), 1);

        // Zeros are a point of small order; and a signature without a request has nobody who could have signed it.
        foreach (var key in new[] { new byte[PublicKey.Size], new byte[PublicKey.Size - 1], [] })
        {
            await Assert.ThatAsync(async () => await cluster[1].OpenSessionAsync(key, cancellationToken), Throws.ArgumentException);
        }

        foreach (var options in new[] { new ProposeOptions(Request: request, Signature: new byte[63]), new ProposeOptions(Signature: new byte[64]) })
        {
            await Assert.ThatAsync(async () => await cluster[1].ProposeAsync(Delete, options, cancellationToken), Throws.ArgumentException);
        }
    }

    [Test]
    public async Task What_is_not_committed_is_not_proven(CancellationToken cancellationToken)
    {
        await using var cluster = await StartAsync(cancellationToken);

        var proof = await cluster[1].ProveAsync(new LogIndex(1_000_000), cancellationToken);
        var found = await cluster[1].FindResultAsync(new RequestId(new ClientId(999), 1), cancellationToken);

        Assert.That((proof.Refusal, proof.Proof.Length, found.Refusal, found.Reply.Length), Is.EqualTo((RefusalReason.NotHere, 0, RefusalReason.NotHere, 0)));
    }

    [Test]
    public void Without_a_library_for_signatures_it_is_said_how_to_install_one()
    {
        var services = new ServiceCollection();
        services.AddSingleton(new SignatureLibrary(() => throw new ConsensusException(ConsensusFailure.InvalidConfiguration, "Neither is there. Install one.")));
        services.AddConsensus(_settings.Of(1, algorithm).ToSection());
        using var provider = services.BuildServiceProvider();

        var exception = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<ConsensusOptions>());
        Assert.That(exception.Failures, Is.EqualTo(["Consensus:SigningKeyFile cannot be used: Neither is there. Install one."]));
    }

    private async Task<Cluster> StartAsync(CancellationToken cancellationToken)
    {
        var cluster = new Cluster();
        for (uint node = 1; node <= SignedSettings.Nodes; node++)
        {
            await cluster.StartNodeAsync(node, _settings.Of(node, algorithm), cancellationToken: cancellationToken);
        }

        return cluster;
    }
}
