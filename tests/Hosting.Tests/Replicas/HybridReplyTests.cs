using System.Text.Json.Nodes;
using Consensus.Cryptography;
using Consensus.Hybrid;

namespace Consensus.Hosting.Tests;

/// <summary>What the nodes of a hybrid sign about a command, for somebody who believes no single one of them: in each engine, and after the engine has changed.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(120_000)]
public sealed class HybridReplyTests : IDisposable
{
    // Deletes a key of the key-value machine, which has number 1.
    private static readonly byte[] Delete = [1, 0x92, 2, 0xC4, 1, (byte)'k'];

    private readonly SignedSettings _settings = new();
    private readonly Ed25519SigningKey _operator = SigningKeyFile.Generate(Ed25519.Load());

    public void Dispose()
    {
        _operator.Dispose();
        _settings.Dispose();
    }

    [Test]
    public async Task All_sign_the_same_in_the_epoch_that_runs_also_of_commands_of_epochs_before(CancellationToken cancellationToken)
    {
        await using var cluster = await StartAsync(section => section, cancellationToken);
        var session = (await cluster[1].OpenSessionAsync(cancellationToken)).Client;
        var written = new List<ProposeResult>();
        foreach (var next in new EpochProtocol?[] { EpochProtocol.Pbft, EpochProtocol.Raft, null })
        {
            written.Add(await cluster[2].ProposeAsync(Delete, new ProposeOptions(Request: new RequestId(session, (ulong)written.Count + 1)), cancellationToken));
            for (var number = 1; number <= written.Count; number++)
            {
                await AssertSignedByAllAsync(cluster, new RequestId(session, (ulong)number), written[number - 1], cancellationToken);
            }

            if (next is { } protocol)
            {
                var order = SealOrder.Give(DomainOf(cluster[1].Status), new NextEpoch(protocol), _operator).ToBytes();
                Assert.That(await cluster[1].EndEpochAsync(order, cancellationToken), Is.EqualTo(ControlResult.Done));
                await Task.WhenAll(cluster.Running.Select(node => cluster[node].UntilAsync(status => status.Epoch.Value == (ulong)written.Count, cancellationToken)));
            }
        }
    }

    // A leader that lies could still take it back.
    [Test]
    public async Task While_Raft_runs_nobody_signs_what_no_certified_floor_covers(CancellationToken cancellationToken)
    {
        await using var cluster = await StartAsync(section => section.With("Hybrid:FloorInterval", "1m").With("Hybrid:CheckpointEntries", 1_000_000), cancellationToken);
        var request = new RequestId((await cluster[1].OpenSessionAsync(cancellationToken)).Client, 1);
        var written = await cluster[1].ProposeAsync(Delete, new ProposeOptions(Request: request), cancellationToken);

        var found = await cluster[1].FindResultAsync(request, cancellationToken);

        Assert.That((written.Status, found.Refusal), Is.EqualTo((ProposeStatus.Applied, RefusalReason.NotHere)));
        Assert.That(found.Detail, Does.StartWith($"Entry {written.Index} lies above the highest certified floor that is known here, "));
    }

    private static async Task AssertSignedByAllAsync(Cluster cluster, RequestId request, ProposeResult written, CancellationToken cancellationToken)
    {
        var status = cluster[1].Status;
        var members = SignerSet.Create(status.RunningEpoch!.MemberKeys.Select(member => new MemberKey(member.Key, PublicKey.Parse(member.Value))));
        var tally = new ReplyTally(DomainOf(status), members, Ed25519.Load(), request);
        foreach (var node in cluster.Running)
        {
            FoundResult found;
            while (!(found = await cluster[node].FindResultAsync(request, cancellationToken)).IsFound)
            {
                Assert.That(found.Refusal, Is.EqualTo(RefusalReason.NotHere), found.Detail);
                await Task.Delay(1, cancellationToken);
            }

            Assert.That(SignedReplyDocument.TryParse(found.Reply.Span, out var reply, out var defect) && tally.TryAdd(reply, out defect), Is.True, defect?.Detail);
            Assert.That(reply!.Signer.Value, Is.EqualTo(node));
        }

        Assert.That((tally.Replies.Count, tally.Agreed!.Index, tally.Agreed.Command), Is.EqualTo((SignedSettings.Nodes, written.Index, Blake3.Hash(Delete))));
    }

    private static SigningDomain DomainOf(ConsensusStatus status) => new(status.RunningEpoch!.Cluster, status.Epoch, status.RunningEpoch.Id);

    private async Task<Cluster> StartAsync(Func<JsonObject, JsonObject> configure, CancellationToken cancellationToken)
    {
        var cluster = new Cluster();
        for (uint node = 1; node <= SignedSettings.Nodes; node++)
        {
            var section = _settings.Of(node, "Hybrid").With("Hybrid:OperatorKeys", new JsonArray($"{_operator.PublicKey}"));
            await cluster.StartNodeAsync(node, configure(section), cancellationToken: cancellationToken);
        }

        return cluster;
    }
}
