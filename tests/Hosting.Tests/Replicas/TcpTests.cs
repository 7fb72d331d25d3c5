using System.Net;
using System.Net.Sockets;
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

    private IHost Host(uint node, string[] addresses)
    {
        var members = addresses.Select((address, index) => Settings.Member((uint)index + 1, address)).ToArray<JsonNode>();
        var section = Cluster.Section(node)
            .With("Members", new JsonArray(members))
            .With("DataDirectory", Path.Join(_folder, $"{node}"))
            .With("HandoverTimeout", "100ms");
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddConsensus(section.ToSection());
        return builder.Build();
    }

    /// <summary>
    /// Addresses that were free a moment ago, below the ports that outgoing connections are given; all are found before any is given back.
    /// </summary>
    private static string[] FreeAddresses(int count)
    {
        var listeners = new List<TcpListener>();
        while (listeners.Count < count)
        {
            var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(10_000, 32_000));
            try
            {
                listener.Start();
                listeners.Add(listener);
            }
            catch (SocketException)
            {
                // In use: another is tried.
                listener.Dispose();
            }
        }

        var addresses = listeners.ConvertAll(listener => $"{listener.LocalEndpoint}");
        listeners.ForEach(listener => listener.Dispose());
        return [.. addresses];
    }
}
