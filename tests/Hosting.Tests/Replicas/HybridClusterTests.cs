using System.Text.Json.Nodes;
using Consensus.Cryptography;
using Consensus.Hybrid;
using Consensus.Replication.KeyValue;

namespace Consensus.Hosting.Tests;

/// <summary>Four nodes whose engine an operator changes, in hosts of their own, as an application would run them.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(120_000)]
public sealed class HybridClusterTests : IDisposable
{
    private readonly SignedSettings _settings = new();
    private readonly Ed25519SigningKey _operator = SigningKeyFile.Generate(Ed25519.Load());

    public void Dispose()
    {
        _operator.Dispose();
        _settings.Dispose();
    }

    [Test]
    public async Task An_operator_changes_the_engine_and_what_was_written_before_is_there(CancellationToken cancellationToken)
    {
        await using var cluster = await StartAsync(cancellationToken);
        await PutAsync(cluster, 2, "before", cancellationToken);
        var first = cluster[1].Status;

        var toPbft = await cluster[3].EndEpochAsync(Order(first, EpochProtocol.Pbft), cancellationToken);
        var second = cluster[3].Status;
        await PutAsync(cluster, 4, "between", cancellationToken);
        var toRaft = await cluster[1].EndEpochAsync(Order(second, EpochProtocol.Raft), cancellationToken);
        await PutAsync(cluster, 3, "after", cancellationToken);

        Assert.That((toPbft, toRaft), Is.EqualTo((ControlResult.Done, ControlResult.Done)));
        Assert.That((first.Algorithm, first.Epoch, first.RunningEpoch!.Protocol, first.RunningEpoch.Cluster), Is.EqualTo(("hybrid", Epoch.Zero, "raft", new ClusterId(Guid.Parse(Settings.Cluster)))));
        Assert.That((second.Algorithm, second.Epoch, second.RunningEpoch!.Protocol), Is.EqualTo(("hybrid", new Epoch(1), "pbft")));
        foreach (var key in new[] { "before", "between", "after" })
        {
            Assert.That((await cluster.Get<KeyValueStore>(2).GetAsync(System.Text.Encoding.UTF8.GetBytes(key), cancellationToken: cancellationToken)).IsFound, Is.True, key);
        }

        await Task.WhenAll(cluster.Running.Select(node => cluster[node].UntilAsync(status => status.Epoch == new Epoch(2) && status.Leader != NodeId.None, cancellationToken)));
        Assert.That(cluster.Running.Select(node => cluster[node].GetMetrics().EpochsBegun), Has.All.EqualTo(2));
        Assert.That(cluster.Running.Select(node => cluster[node].GetMetrics().Elections), Has.All.GreaterThanOrEqualTo(2), "also the first leader of the last epoch, although terms begin anew");
        await cluster.UntilLoggedAsync(134, cancellationToken);
        Assert.That(cluster.TextsOf(134), Has.Some.Contains("runs pbft from now on, in epoch 1, which begins with entry ").And.Some.Contains($" and is {second.RunningEpoch.Id}."));
        Assert.That(cluster.TextsOf(101), Has.Exactly(4).Contains("runs Hybrid;"));
    }

    [Test]
    public async Task An_order_that_has_taken_effect_is_done_and_others_are_refused_each_in_its_own_way(CancellationToken cancellationToken)
    {
        await using var cluster = await StartAsync(cancellationToken);
        var first = cluster[1].Status;
        using var stranger = SigningKeyFile.Generate(Ed25519.Load());
        var order = Order(first, EpochProtocol.Pbft);
        byte[] forged = [.. order];
        forged[^10] ^= 1;

        var nonsense = await cluster[1].EndEpochAsync("no order"u8.ToArray(), cancellationToken);
        var foreign = await cluster[2].EndEpochAsync(SealOrder.Give(DomainOf(first), new NextEpoch(EpochProtocol.Pbft), stranger).ToBytes(), cancellationToken);
        var unsigned = await cluster[3].EndEpochAsync(forged, cancellationToken);
        var same = await cluster[4].EndEpochAsync(Order(first, EpochProtocol.Raft), cancellationToken);
        var done = await cluster[1].EndEpochAsync(order, cancellationToken);
        await cluster[2].UntilAsync(status => status.Epoch == new Epoch(1), cancellationToken);
        var again = await cluster[2].EndEpochAsync(order, cancellationToken);
        var late = await cluster[2].EndEpochAsync(Order(first, EpochProtocol.HotStuff), cancellationToken);

        Assert.That((nonsense.Refusal, foreign.Refusal, unsigned.Refusal, same.Refusal), Is.EqualTo((RefusalReason.InvalidChange, RefusalReason.NotFromOperator, RefusalReason.NotFromOperator, RefusalReason.InvalidChange)));
        Assert.That((done, again), Is.EqualTo((ControlResult.Done, ControlResult.DoneBefore)));
        Assert.That(late.Refusal, Is.EqualTo(RefusalReason.OtherEpoch));
        Assert.That(same.Detail, Is.EqualTo("The group runs raft already, in epoch 0."));
        Assert.That(foreign.Detail, Does.Contain($"{stranger.PublicKey} is none of the 1 keys"));
        Assert.That(late.Detail, Does.Contain($"{first.RunningEpoch!.Id}").And.Contain("epoch 1 is"));
    }

    [Test]
    public async Task A_node_that_comes_back_is_in_the_epoch_of_the_others_and_with_another_beginning_it_does_not_start(CancellationToken cancellationToken)
    {
        await using var cluster = await StartAsync(cancellationToken);
        await PutAsync(cluster, 1, "before", cancellationToken);
        await cluster.StopNodeAsync(4, cancellationToken);
        await cluster[1].EndEpochAsync(Order(cluster[1].Status, EpochProtocol.HotStuff), cancellationToken);
        await PutAsync(cluster, 2, "after", cancellationToken);

        var otherStart = await Assert.ThrowsAsync<ConsensusException>(() => cluster.StartNodeAsync(4, Section(4).With("Hybrid:Start", "Pbft"), cancellationToken: cancellationToken));
        var otherRules = await Assert.ThrowsAsync<ConsensusException>(() => cluster.StartNodeAsync(4, Section(4).With("Hybrid:ReturnsAlone", true), cancellationToken: cancellationToken));
        var otherEngine = await Assert.ThrowsAsync<ConsensusException>(() => cluster.StartNodeAsync(4, Section(4).With("Algorithm", "raft"), cancellationToken: cancellationToken));
        await cluster.StartNodeAsync(4, Section(4), cancellationToken: cancellationToken);
        var status = await cluster[4].UntilAsync(status => status.Epoch == new Epoch(1), cancellationToken);
        var read = await cluster.Get<KeyValueStore>(4).GetAsync("after"u8.ToArray(), cancellationToken: cancellationToken);
        await cluster.StopNodeAsync(3, cancellationToken);
        await cluster.StartNodeAsync(3, Section(3), cancellationToken: cancellationToken);

        Assert.That((otherStart.Reason, otherEngine.Reason), Is.EqualTo((ConsensusFailure.StorageForeign, ConsensusFailure.StorageForeign)));
        Assert.That(otherRules.Message, Is.EqualTo(otherStart.Message));
        Assert.That(otherStart.Message, Does.Contain("Its data is of a group that began with other Members, or public keys of theirs, or another value of Hybrid:Start, EscalationTarget, EscalatesForCommands, ReturnsAlone or OperatorKeys than Consensus has."));
        Assert.That(otherEngine.Message, Does.Contain("Its data is of the algorithm \"Hybrid\", and Consensus:Algorithm is \"raft\""));
        Assert.That((status.RunningEpoch!.Protocol, read.IsFound), Is.EqualTo(("hotstuff", true)));
        Assert.That((cluster[3].Status.Epoch, cluster[3].Status.RunningEpoch!.Protocol), Is.EqualTo((new Epoch(1), "hotstuff")), "what it is in is on its disk");
    }

    [Test]
    public async Task What_the_settings_say_of_changing_the_engine_is_in_the_first_epoch_and_holds(CancellationToken cancellationToken)
    {
        await using var cluster = await StartAsync(cancellationToken, section => section.With("Hybrid:EscalationTarget", "HotStuff").With("Hybrid:EscalatesForCommands", true));
        await PutAsync(cluster, 1, "before", cancellationToken);
        var first = cluster[1].Status;

        await PutAsync(cluster, 2, "deed", cancellationToken, CommitLevel.Certified);

        Assert.That((first.Epoch, first.RunningEpoch!.Protocol), Is.EqualTo((Epoch.Zero, "raft")));
        Assert.That((cluster[2].Status.Epoch, cluster[2].Status.RunningEpoch!.Protocol), Is.EqualTo((new Epoch(1), "hotstuff")));
    }

    [Test]
    public async Task An_operator_changes_settings_rules_and_his_own_key_and_a_node_that_comes_back_has_them(CancellationToken cancellationToken)
    {
        await using var cluster = await StartAsync(cancellationToken);
        await PutAsync(cluster, 1, "before", cancellationToken);
        using var other = SigningKeyFile.Generate(Ed25519.Load());
        NextEpoch Next(EpochSettings settings) => new(EpochProtocol.Raft) { Settings = settings, Rules = new EpochRules { EscalationTarget = EpochProtocol.HotStuff }, Operators = NextOperators.Of([other.PublicKey]) };
        byte[] By(Ed25519SigningKey key, NextEpoch next) => SealOrder.Give(DomainOf(cluster[1].Status), next, key).ToBytes();

        var invalid = await cluster[1].EndEpochAsync(By(_operator, Next(new EpochSettings { WindowBlocks = 100, CheckpointBlocks = 51 })), cancellationToken);
        var sameEngine = await cluster[1].EndEpochAsync(By(_operator, Next(new EpochSettings { WindowBlocks = 32, CheckpointEntries = 64 })), cancellationToken);
        var restated = await cluster[1].EndEpochAsync(By(other, Next(new EpochSettings { WindowBlocks = 32, CheckpointEntries = 64 })), cancellationToken);
        var oldKey = await cluster[1].EndEpochAsync(By(_operator, new NextEpoch(EpochProtocol.Pbft)), cancellationToken);
        await cluster.StopNodeAsync(4, cancellationToken);
        var newKey = await cluster[1].EndEpochAsync(By(other, new NextEpoch(EpochProtocol.Pbft)), cancellationToken);
        await PutAsync(cluster, 2, "after", cancellationToken);
        await cluster.StartNodeAsync(4, Section(4), cancellationToken: cancellationToken);
        var back = (await cluster[4].UntilAsync(status => status.Epoch == new Epoch(2), cancellationToken)).RunningEpoch!;

        Assert.That((invalid.Refusal, oldKey.Refusal), Is.EqualTo((RefusalReason.InvalidChange, RefusalReason.NotFromOperator)));
        Assert.That((restated.Refusal, restated.Detail), Is.EqualTo((RefusalReason.InvalidChange, "The group runs raft already, in epoch 1, with all else that the order names.")), "a pause for nothing");
        Assert.That(invalid.Detail, Does.Contain("WindowBlocks is 100; allowed: at least twice CheckpointBlocks (51)"));
        Assert.That((sameEngine, newKey), Is.EqualTo((ControlResult.Done, ControlResult.Done)));
        Assert.That(back.Protocol, Is.EqualTo("pbft"));
        Assert.That(back.Settings, Is.EqualTo(new Dictionary<string, string>(StringComparer.Ordinal) { ["CheckpointEntries"] = "64", ["WindowBlocks"] = "32" }));
        Assert.That(back.Rules["EscalationTarget"], Is.EqualTo("HotStuff"));
        Assert.That(back.OperatorKeys, Is.EqualTo(new[] { $"{other.PublicKey}" }));
    }

    [TestCase("EscalationTarget", "HotStuff")]
    [TestCase("EscalatesForCommands", true)]
    [TestCase("ReturnsAlone", true)]
    public async Task A_node_with_other_rules_takes_no_part_and_that_is_told(string rule, object value, CancellationToken cancellationToken)
    {
        await using var cluster = await StartAsync(cancellationToken, section => (uint)section["Node"]! == 4 ? section.With($"Hybrid:{rule}", JsonValue.Create(value)) : section);
        await PutAsync(cluster, 1, "before", cancellationToken);
        await cluster.UntilLoggedAsync(139, cancellationToken);

        var (own, others) = (cluster[4].Status.RunningEpoch!.Id, cluster[1].Status.RunningEpoch!.Id);
        Assert.That(own, Is.Not.EqualTo(others));
        Assert.That(cluster.TextsOf(139), Has.All.Contains($"{own}").And.All.Contains($"{others}").And.All.Contains("node 4").IgnoreCase);
    }

    [Test]
    public async Task A_group_with_one_engine_ends_no_epoch(CancellationToken cancellationToken)
    {
        await using var cluster = await Cluster.StartAsync(cancellationToken);
        await cluster[1].LeaderAsync(cancellationToken);

        var refused = await cluster[1].EndEpochAsync(SealOrder.Give(new SigningDomain(new ClusterId(Guid.Parse(Settings.Cluster)), Epoch.Zero, default), new NextEpoch(EpochProtocol.Pbft), _operator).ToBytes(), cancellationToken);

        Assert.That((refused.Refusal, refused.Detail), Is.EqualTo((RefusalReason.NotSupported, "Raft has one epoch; the hybrid has several.")));
        Assert.That(cluster[1].Status.RunningEpoch, Is.Null);
    }

    private static async Task PutAsync(Cluster cluster, uint node, string key, CancellationToken cancellationToken, CommitLevel waitFor = CommitLevel.Committed)
    {
        var options = new ProposeOptions(WaitFor: waitFor);
        var written = await cluster.Get<KeyValueStore>(node).PutAsync(System.Text.Encoding.UTF8.GetBytes(key), "1"u8.ToArray(), options, cancellationToken: cancellationToken);
        Assert.That(written.IsApplied, Is.True, $"{key}: {written}");
    }

    private static SigningDomain DomainOf(ConsensusStatus status) => new(status.RunningEpoch!.Cluster, status.Epoch, status.RunningEpoch.Id);

    private byte[] Order(ConsensusStatus ends, EpochProtocol next) => SealOrder.Give(DomainOf(ends), new NextEpoch(next), _operator).ToBytes();

    private JsonObject Section(uint node) => _settings.Of(node, "Hybrid").With("Hybrid:OperatorKeys", new JsonArray($"{_operator.PublicKey}"));

    private async Task<Cluster> StartAsync(CancellationToken cancellationToken, Func<JsonObject, JsonObject>? configure = null)
    {
        var cluster = new Cluster();
        for (uint node = 1; node <= SignedSettings.Nodes; node++)
        {
            await cluster.StartNodeAsync(node, configure is null ? Section(node) : configure(Section(node)), cancellationToken: cancellationToken);
        }

        return cluster;
    }
}
