using Consensus.Cryptography;
using Consensus.Replication.KeyValue;
using Microsoft.Extensions.DependencyInjection;

namespace Consensus.Hosting.Tests;

/// <summary>Three nodes in hosts of their own, as an application would run them.</summary>
[TestFixture]
[CancelAfter(120_000)]
public sealed class ClusterTests
{
    [Test]
    public async Task A_value_put_through_one_node_is_read_through_another(CancellationToken cancellationToken)
    {
        await using var cluster = await Cluster.StartAsync(cancellationToken);
        await cluster[1].LeaderAsync(cancellationToken);

        var put = await cluster.Get<KeyValueStore>(1).PutAsync("name"u8.ToArray(), "value"u8.ToArray(), cancellationToken: cancellationToken);
        await cluster[3].LeaderAsync(cancellationToken);
        var got = await cluster.Get<KeyValueStore>(3).GetAsync("name"u8.ToArray(), cancellationToken: cancellationToken);

        Assert.That(put.IsApplied, Is.True, $"{put}");
        Assert.That(got.IsFound, Is.True, $"{got}");
        Assert.That(got.Value.ToArray(), Is.EqualTo("value"u8.ToArray()));
    }

    [Test]
    public async Task A_node_that_was_restarted_has_what_it_had_and_what_it_missed(CancellationToken cancellationToken)
    {
        await using var cluster = await Cluster.StartAsync(cancellationToken);
        await PutAsync(cluster, 1, "before", cancellationToken);
        await cluster.StopNodeAsync(3, cancellationToken);
        await PutAsync(cluster, 1, "meanwhile", cancellationToken);

        await cluster.StartNodeAsync(3, Cluster.Section(3).With("Initialize", "Never"), cancellationToken: cancellationToken);

        await cluster[3].LeaderAsync(cancellationToken);
        foreach (var key in new[] { "before", "meanwhile" })
        {
            var got = await cluster.Get<KeyValueStore>(3).GetAsync(Bytes(key), cancellationToken: cancellationToken);
            Assert.That(got.IsFound, Is.True, $"{key}: {got}");
        }
    }

    // It could not tell what the others make of a signed command, and would have to stop.
    [Test]
    public async Task A_node_without_a_library_for_signatures_says_so_at_the_start_and_opens_no_session_with_a_key(CancellationToken cancellationToken)
    {
        await using var cluster = new Cluster();
        await cluster.StartNodeAsync(
            1,
            configure: builder => builder.Services.AddSingleton(new SignatureLibrary(() => throw new ConsensusException(ConsensusFailure.InvalidConfiguration, "Neither is there."))),
            cancellationToken: cancellationToken);

        var opened = await cluster[1].OpenSessionAsync(new RequestSigner(ClusterId.None, new SimulatedKeyRegistry(1).CreateSigner(1UL)).PublicKey, cancellationToken);

        Assert.That(opened.Refusal, Is.EqualTo(RefusalReason.NotSupported));
        Assert.That(cluster.Logged, Has.One.EqualTo(107));

        await cluster.StartNodeAsync(2, cancellationToken: cancellationToken);
        Assert.That(cluster.Logged, Has.One.EqualTo(107), "a node that has one says nothing");
    }

    [Test]
    public async Task A_leader_that_stops_hands_over_first(CancellationToken cancellationToken)
    {
        await using var cluster = await Cluster.StartAsync(cancellationToken);
        var leader = (await cluster[1].LeaderAsync(cancellationToken)).Value;

        await cluster.StopNodeAsync(leader, cancellationToken);

        // The others would find a leader without it as well, but only after an election time-out; so the old one's own word counts.
        Assert.That(cluster.Logged, Does.Contain(110).And.Not.Contain(111));
        foreach (var node in cluster.Running)
        {
            await cluster[node].UntilAsync(status => status.Leader != NodeId.None && status.Leader.Value != leader, cancellationToken);
        }
    }

    [Test]
    public async Task A_leader_does_not_hand_over_if_it_is_given_no_time(CancellationToken cancellationToken)
    {
        await using var cluster = new Cluster();
        foreach (var node in new uint[] { 1, 2, 3 })
        {
            await cluster.StartNodeAsync(node, Cluster.Section(node).With("HandoverTimeout", "0s"), cancellationToken: cancellationToken);
        }

        await cluster.StopNodeAsync((await cluster[1].LeaderAsync(cancellationToken)).Value, cancellationToken);

        Assert.That(cluster.Logged, Does.Not.Contain(110).And.Not.Contain(111));
    }

    [Test]
    public async Task A_node_joins_a_running_group(CancellationToken cancellationToken)
    {
        await using var cluster = await Cluster.StartAsync(cancellationToken);
        await PutAsync(cluster, 1, "early", cancellationToken);
        var section = Cluster.Section(4).With("Initialize", "Join").With("Transport:Listen", "127.0.0.1:7004");
        await cluster.StartNodeAsync(4, section, cancellationToken: cancellationToken);

        await ChangeAsync(cluster[1], MembershipChange.None.AddVoter(new NodeId(4), "127.0.0.1:7004"), cancellationToken);
        var status = await cluster[4].UntilAsync(
            status => status.Leader != NodeId.None && status.Membership.Find(new NodeId(4))?.Role == MemberRole.Voter, cancellationToken);

        Assert.That(status.Membership.Members, Has.Length.EqualTo(4));
        var got = await cluster.Get<KeyValueStore>(4).GetAsync("early"u8.ToArray(), cancellationToken: cancellationToken);
        Assert.That(got.IsFound, Is.True, $"{got}");
    }

    [Test]
    public async Task Leaders_and_members_are_logged(CancellationToken cancellationToken)
    {
        await using var cluster = await Cluster.StartAsync(cancellationToken);
        await PutAsync(cluster, 1, "early", cancellationToken);

        await ChangeAsync(cluster[1], MembershipChange.None.AddLearner(new NodeId(4), "127.0.0.1:7004"), cancellationToken);

        await cluster.UntilLoggedAsync(130, cancellationToken);
        await cluster.UntilLoggedAsync(131, cancellationToken);
        await cluster.UntilLoggedAsync(133, cancellationToken);
    }

    /// <summary>
    /// Asks until the group has taken the change. On a busy machine its leaders change; an answer may be lost with one of them, and the next knows the member already.
    /// </summary>
    private static async Task ChangeAsync(IConsensus node, MembershipChange change, CancellationToken cancellationToken)
    {
        ControlResult result;
        do
        {
            await node.LeaderAsync(cancellationToken);
            result = await node.ChangeMembershipAsync(change, cancellationToken);
        }
        while (result.Refusal is RefusalReason.NoLeader or RefusalReason.Busy or RefusalReason.TimedOut);
        Assert.That(result.IsDone || result.Refusal == RefusalReason.InvalidChange, Is.True, $"{result}");
    }

    private static async Task PutAsync(Cluster cluster, uint node, string key, CancellationToken cancellationToken)
    {
        await cluster[node].LeaderAsync(cancellationToken);
        var put = await cluster.Get<KeyValueStore>(node).PutAsync(Bytes(key), Bytes(key), cancellationToken: cancellationToken);
        Assert.That(put.IsApplied, Is.True, $"{key}: {put}");
    }

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
