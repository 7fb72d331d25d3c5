using System.Text;
using System.Text.Json.Nodes;
using Consensus.Cryptography;
using Consensus.Hybrid;
using Consensus.Replication.KeyValue;

namespace Consensus.Hosting.Tests;

/// <summary>Nodes that come to a hybrid and leave it with its epochs, in hosts of their own. What each is configured with stays as it is: those that the group began with.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(120_000)]
public sealed class HybridMembersTests : IDisposable
{
    private readonly SignedSettings _settings = new();
    private readonly Ed25519SigningKey _operator = SigningKeyFile.Generate(Ed25519.Load());

    public void Dispose()
    {
        _operator.Dispose();
        _settings.Dispose();
    }

    [Test]
    public async Task A_node_that_joins_waits_until_it_is_ordered_and_has_all_that_was_written_before(CancellationToken cancellationToken)
    {
        await using var cluster = await StartAsync(cancellationToken);
        await PutAsync(cluster, 1, "before", cancellationToken);
        await cluster.StartNodeAsync(5, Section(5), cancellationToken: cancellationToken);
        var waiting = cluster[5].Status;

        await OrderAsync(cluster, 1, EpochProtocol.Pbft, [1, 2, 3, 4, 5], cancellationToken);
        var joined = await cluster[5].UntilAsync(status => status.Epoch == new Epoch(1) && status.Leader != NodeId.None, cancellationToken);
        await PutAsync(cluster, 5, "after", cancellationToken);

        Assert.That((waiting.Role, waiting.Leader, waiting.IsMember, waiting.Epoch), Is.EqualTo((ReplicaRole.Learner, NodeId.None, false, Epoch.Zero)));
        Assert.That((joined.IsMember, joined.RunningEpoch!.Protocol), Is.EqualTo((true, "pbft")));
        Assert.That(Ids(joined), Is.EqualTo(new[] { 1, 2, 3, 4, 5 }));
        Assert.That(await HasAsync(cluster, 5, "before", cancellationToken), Is.True);
        Assert.That(await HasAsync(cluster, 2, "after", cancellationToken), Is.True);
    }

    [TestCase(EpochProtocol.Raft)]
    [TestCase(EpochProtocol.Pbft)]
    [TestCase(EpochProtocol.HotStuff)]
    public async Task A_node_that_is_removed_goes_on_without_a_vote_and_sends_its_callers_to_others(EpochProtocol protocol, CancellationToken cancellationToken)
    {
        await using var cluster = await StartAsync(cancellationToken);
        await cluster.StartNodeAsync(5, Section(5), cancellationToken: cancellationToken);
        await OrderAsync(cluster, 1, protocol, [1, 2, 3, 4, 5], cancellationToken);

        await OrderAsync(cluster, 2, protocol, [2, 3, 4, 5], cancellationToken);
        var removed = await cluster[1].UntilAsync(status => status.Epoch == new Epoch(2), cancellationToken);
        var write = await cluster.Get<KeyValueStore>(1).PutAsync("one"u8.ToArray(), "1"u8.ToArray(), new ProposeOptions(Timeout: TimeSpan.FromMilliseconds(200)), cancellationToken: cancellationToken);
        var back = NextMembers.Of(new uint[] { 1, 2, 3, 4 }.Select(MemberOf));
        var order = await cluster[1].EndEpochAsync(SealOrder.Give(DomainOf(removed), new NextEpoch(protocol) { Members = back }, _operator).ToBytes(), cancellationToken);
        var transfer = await cluster[1].TransferLeadershipAsync(new NodeId(2), cancellationToken);

        Assert.That((removed.Role, removed.Leader, removed.IsMember), Is.EqualTo((ReplicaRole.Learner, NodeId.None, false)));
        Assert.That(Ids(removed), Is.EqualTo(new[] { 2, 3, 4, 5 }));
        Assert.That((write.IsApplied, write.Refusal), Is.EqualTo((false, RefusalReason.NoLeader)));
        Assert.That((order.Refusal, order.Detail), Is.EqualTo((RefusalReason.NoLeader, "This node does not belong to epoch 2; ask one that does.")));
        Assert.That((transfer.Refusal, transfer.Detail), Is.EqualTo((RefusalReason.NoLeader, "This node does not belong to the group; ask one that does.")));
        await PutAsync(cluster, 5, "after", cancellationToken);

        await OrderAsync(cluster, 3, protocol, [1, 2, 3, 4, 5], cancellationToken);
        await cluster[1].UntilAsync(status => status.IsMember && status.Epoch == new Epoch(3) && status.Leader != NodeId.None, cancellationToken);
        Assert.That(await HasAsync(cluster, 1, "after", cancellationToken), Is.True, "it may come back");
    }

    // Each is told of those that the group began with, of whom one is left in the end: who has not seen the changes finds the others through it.
    [Test]
    public async Task All_find_each_other_again_although_their_settings_name_others(CancellationToken cancellationToken)
    {
        await using var cluster = await StartAsync(cancellationToken);
        uint[] members = [1, 2, 3, 4];
        await PutAsync(cluster, 1, "before", cancellationToken);
        await cluster.StopNodeAsync(4, cancellationToken);
        foreach (var (comes, goes) in new (uint, uint)[] { (5, 1), (6, 2) })
        {
            await cluster.StartNodeAsync(comes, Section(comes), cancellationToken: cancellationToken);
            await OrderAsync(cluster, 3, EpochProtocol.Pbft, members = [.. members, comes], cancellationToken);
            await cluster[comes].UntilAsync(status => status.IsMember && status.Leader != NodeId.None, cancellationToken);
            await OrderAsync(cluster, 3, EpochProtocol.Pbft, members = [.. members.Where(member => member != goes)], cancellationToken);
            await cluster.StopNodeAsync(goes, cancellationToken);
        }

        await PutAsync(cluster, 6, "after", cancellationToken);
        foreach (var node in new uint[] { 3, 5, 6 })
        {
            await cluster.StopNodeAsync(node, cancellationToken);
        }

        foreach (var node in new uint[] { 3, 4, 5, 6 })
        {
            await cluster.StartNodeAsync(node, Section(node), cancellationToken: cancellationToken);
        }

        foreach (var node in new uint[] { 3, 4, 5, 6 })
        {
            var status = await cluster[node].UntilAsync(status => status.Epoch == new Epoch(4) && status.Leader != NodeId.None, cancellationToken);
            Assert.That(Ids(status), Is.EqualTo(new[] { 3, 4, 5, 6 }), $"node {node}");
            Assert.That((await HasAsync(cluster, node, "before", cancellationToken), await HasAsync(cluster, node, "after", cancellationToken)), Is.EqualTo((true, true)), $"node {node}");
        }
    }

    // Nobody of those whom its settings name is there; whom its address book has besides is.
    [Test]
    public async Task Who_joins_when_those_that_the_group_began_with_are_gone_finds_those_of_its_address_book(CancellationToken cancellationToken)
    {
        await using var cluster = await StartAsync(cancellationToken);
        uint[] members = [1, 2, 3, 4];
        foreach (var (comes, goes) in new (uint, uint)[] { (5, 1), (6, 2), (7, 3), (8, 4) })
        {
            await cluster.StartNodeAsync(comes, Section(comes), cancellationToken: cancellationToken);
            await OrderAsync(cluster, members[^1], EpochProtocol.Raft, members = [.. members, comes], cancellationToken);
            await cluster[comes].UntilAsync(status => status.IsMember && status.Leader != NodeId.None, cancellationToken);
            await OrderAsync(cluster, comes, EpochProtocol.Raft, members = [.. members.Where(member => member != goes)], cancellationToken);
            await cluster.StopNodeAsync(goes, cancellationToken);
        }

        await PutAsync(cluster, 5, "before", cancellationToken);
        var section = Section(9).With("Transport:AddressBook", new JsonObject { ["7"] = new JsonArray(SignedSettings.AddressOf(7)) });
        await cluster.StartNodeAsync(9, section, cancellationToken: cancellationToken);
        await OrderAsync(cluster, 6, EpochProtocol.Raft, [5, 6, 7, 8, 9], cancellationToken);
        await cluster[9].UntilAsync(status => status.IsMember && status.Leader != NodeId.None, cancellationToken);
        Assert.That(await HasAsync(cluster, 9, "before", cancellationToken), Is.True);
    }

    private static IEnumerable<uint> Ids(ConsensusStatus status) => status.Membership.Members.Select(member => member.Id.Value);

    private static async Task PutAsync(Cluster cluster, uint node, string key, CancellationToken cancellationToken)
    {
        var written = await cluster.Get<KeyValueStore>(node).PutAsync(Encoding.UTF8.GetBytes(key), "1"u8.ToArray(), cancellationToken: cancellationToken);
        Assert.That(written.IsApplied, Is.True, $"{key}: {written}");
    }

    private static async Task<bool> HasAsync(Cluster cluster, uint node, string key, CancellationToken cancellationToken) =>
        (await cluster.Get<KeyValueStore>(node).GetAsync(Encoding.UTF8.GetBytes(key), cancellationToken: cancellationToken)).IsFound;

    private static SigningDomain DomainOf(ConsensusStatus status) => new(status.RunningEpoch!.Cluster, status.Epoch, status.RunningEpoch.Id);

    private EpochMember MemberOf(uint node) => new(new NodeId(node), _settings.PublicKeyOf(node), SignedSettings.AddressOf(node));

    private async Task OrderAsync(Cluster cluster, uint through, EpochProtocol protocol, uint[] members, CancellationToken cancellationToken)
    {
        var status = await cluster[through].UntilAsync(status => status.Leader != NodeId.None, cancellationToken);
        var next = NextMembers.Of(members.Select(MemberOf));
        var done = await cluster[through].EndEpochAsync(SealOrder.Give(DomainOf(status), new NextEpoch(protocol) { Members = next }, _operator).ToBytes(), cancellationToken);
        Assert.That(done.IsDone, Is.True, $"{done}");
        await cluster[through].UntilAsync(after => after.Epoch > status.Epoch, cancellationToken);
    }

    private JsonObject Section(uint node) => (node <= SignedSettings.Nodes ? _settings.Of(node, "Hybrid") : _settings.OfJoining(node, "Hybrid")).With("Hybrid:OperatorKeys", new JsonArray($"{_operator.PublicKey}"));

    private async Task<Cluster> StartAsync(CancellationToken cancellationToken)
    {
        var cluster = new Cluster();
        for (uint node = 1; node <= SignedSettings.Nodes; node++)
        {
            await cluster.StartNodeAsync(node, Section(node), cancellationToken: cancellationToken);
        }

        return cluster;
    }
}
