using System.Text.Json.Nodes;
using Consensus.Replication.KeyValue;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Consensus.Hosting.Tests;

/// <summary>Three nodes as they are configured in production: over TCP, with their data on the disk.</summary>
[TestFixture]
[CancelAfter(120_000)]
public sealed class TcpTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("consensus-hosting-").FullName;

    [OneTimeTearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task A_group_over_tcp_keeps_its_data_across_a_restart_of_all_nodes(CancellationToken cancellationToken)
    {
        var addresses = FreeAddresses(3);
        var key = "key"u8.ToArray();
        await RunAsync(addresses, async store => Assert.That((await store.PutAsync(key, "value"u8.ToArray(), cancellationToken: cancellationToken)).IsApplied, Is.True), cancellationToken);

        await RunAsync(
            addresses,
            async store => Assert.That((await store.GetAsync(key, cancellationToken: cancellationToken)).Value.ToArray(), Is.EqualTo("value"u8.ToArray())),
            cancellationToken);
    }

    [Test]
    public async Task A_node_that_was_away_while_all_others_were_exchanged_finds_the_new_ones_by_its_configuration(CancellationToken cancellationToken)
    {
        var addresses = FreeAddresses(5);
        var key = "exchanged"u8.ToArray();
        var hosts = new Dictionary<uint, IHost>();
        try
        {
            foreach (var node in new uint[] { 1, 2, 3 })
            {
                await StartAsync(node, 1, 2, 3);
            }

            await Consensus(1).LeaderAsync(cancellationToken);
            await Consensus(3).LeaderAsync(cancellationToken);
            var first = await Store(3).PutAsync("first"u8.ToArray(), key, cancellationToken: cancellationToken);
            Assert.That(first.IsApplied, Is.True, $"{first}");
            await StopAsync(3);
            foreach (var node in new uint[] { 4, 5 })
            {
                await StartAsync(node, 1, 2);
                await ChangeAsync(MembershipChange.None.AddVoter(new NodeId(node), addresses[node - 1]), 1);
            }

            await ChangeAsync(MembershipChange.None.Remove(new NodeId(1)).Remove(new NodeId(2)), 4);
            await StopAsync(1);
            await StopAsync(2);
            await Consensus(4).UntilAsync(status => status.Leader.Value is 4 or 5, cancellationToken);
            var put = await Store(4).PutAsync(key, "value"u8.ToArray(), cancellationToken: cancellationToken);
            Assert.That(put.IsApplied, Is.True, $"{put}");

            // Its log knows nodes 1 and 2, which are gone; node 4 and 5 know it.
            await StartAsync(3, 3, 4, 5);
            await Consensus(3).UntilAsync(status => status.Leader.Value is 4 or 5 && status.Membership.Members.Length == 3, cancellationToken);
            var got = await Store(3).GetAsync(key, cancellationToken: cancellationToken);
            Assert.That(got.IsFound, Is.True, $"{got}");
        }
        finally
        {
            foreach (var host in hosts.Values)
            {
                host.Dispose();
            }
        }

        IConsensus Consensus(uint node) => hosts[node].Services.GetRequiredService<IConsensus>();

        KeyValueStore Store(uint node) => hosts[node].Services.GetRequiredService<KeyValueStore>();

        async Task StartAsync(uint node, params uint[] configured)
        {
            var joins = !configured.Contains(node);
            hosts[node] = Host(
                "exchange",
                node,
                [.. configured.Select(id => Settings.Member(id, addresses[id - 1]))],
                section => joins ? section.With("Initialize", "Join").With("Transport:Listen", addresses[node - 1]) : section);
            await hosts[node].StartAsync(cancellationToken);
        }

        async Task StopAsync(uint node)
        {
            hosts.Remove(node, out var host);
            await host!.StopAsync(cancellationToken);
            host.Dispose();
        }

        async Task ChangeAsync(MembershipChange change, uint through)
        {
            await Consensus(through).LeaderAsync(cancellationToken);
            var result = await Consensus(through).ChangeMembershipAsync(change, cancellationToken);
            Assert.That(result.IsDone, Is.True, $"{result}");
        }
    }

    private async Task RunAsync(string[] addresses, Func<KeyValueStore, Task> act, CancellationToken cancellationToken)
    {
        var hosts = Enumerable.Range(1, addresses.Length).Select(node => Host((uint)node, addresses)).ToList();
        try
        {
            await Task.WhenAll(hosts.Select(host => host.StartAsync(cancellationToken)));
            await hosts[0].Services.GetRequiredService<IConsensus>().LeaderAsync(cancellationToken);
            await act(hosts[0].Services.GetRequiredService<KeyValueStore>());
            await Task.WhenAll(hosts.Select(host => host.StopAsync(cancellationToken)));
        }
        finally
        {
            hosts.ForEach(host => host.Dispose());
        }
    }

    private IHost Host(uint node, string[] addresses) => Host(
        "restart", node, [.. addresses.Select((address, index) => Settings.Member((uint)index + 1, address))], section => section);

    private IHost Host(string group, uint node, JsonNode[] members, Func<JsonObject, JsonObject> adapt)
    {
        var section = Cluster.Section(node)
            .With("Members", new JsonArray(members))
            .With("DataDirectory", Path.Join(_folder, group, $"{node}"))
            .With("HandoverTimeout", "100ms");
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddConsensus(adapt(section).ToSection());
        return builder.Build();
    }

    private static string[] FreeAddresses(int count) => [.. FreePorts.Find(count).Select(port => $"127.0.0.1:{port}")];
}
