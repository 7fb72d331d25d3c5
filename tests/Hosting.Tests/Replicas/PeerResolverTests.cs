using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Consensus.Replication.KeyValue;
using Consensus.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Consensus.Hosting.Tests;

/// <summary>Members that the membership knows by names that lead nowhere, with certificates, and a registry of services that says where they are at the moment.</summary>
[TestFixture]
[CancelAfter(120_000)]
[Platform("Linux", Reason = "All of 127.0.0.0/8 is this machine.")]
public sealed class PeerResolverTests
{
    private static readonly ClusterId Cluster = new(Guid.Parse(Settings.Cluster));

    private readonly string _folder = Directory.CreateTempSubdirectory("consensus-names-").FullName;
    private readonly ServiceRegistry _registry = new();
    private readonly int[] _ports = FreePorts.Find(4);

    [OneTimeTearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task A_node_that_moved_to_another_address_and_port_is_found_again_and_shown(CancellationToken cancellationToken)
    {
        IssueCertificates();
        using var one = await StartAsync(1, "127.0.0.1", _ports[0], cancellationToken);
        using var two = await StartAsync(2, "127.0.0.1", _ports[1], cancellationToken);
        using (var three = await StartAsync(3, "127.0.0.1", _ports[2], cancellationToken))
        {
            await three.Services.GetRequiredService<IConsensus>().LeaderAsync(cancellationToken);
            await three.StopAsync(cancellationToken);
        }

        var put = await one.Services.GetRequiredService<KeyValueStore>().PutAsync("key"u8.ToArray(), "value"u8.ToArray(), cancellationToken: cancellationToken);
        Assert.That(put.IsApplied, Is.True, $"{put}");

        // Nobody listens any more where the others found it.
        using var moved = await StartAsync(3, "127.0.0.77", _ports[3], cancellationToken);
        await moved.Services.GetRequiredService<IConsensus>().LeaderAsync(cancellationToken);
        var got = await moved.Services.GetRequiredService<KeyValueStore>().GetAsync("key"u8.ToArray(), cancellationToken: cancellationToken);

        Assert.That(got.IsFound, Is.True, $"{got}");
        var asked = Enumerable.Range(1, 3).Select(node => (new NodeId((uint)node), $"node-{node}.invalid:{_ports[node - 1]}"));
        Assert.That(_registry.Asked, Is.EquivalentTo(asked), "About each peer, with the membership's address.");
        var registry = one.Services.GetRequiredService<IPeerRegistry>();
        while (registry.ListPeers() is not [_, { Outgoing.IsConnected: true }])
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), cancellationToken);
        }

        var known = registry.ListPeers()!;
        Assert.That(known.Select(peer => (peer.Id.Value, peer.Source)), Is.EqualTo([(2U, PeerSource.Resolver), (3U, PeerSource.Resolver)]));
        Assert.That(known[1].Address, Is.EqualTo($"node-3.invalid:{_ports[2]}"));
        Assert.That(known[1].Outgoing, Has.Property(nameof(PeerConnection.EndPoint)).EqualTo($"127.0.0.77:{_ports[3]}"));
    }

    [Test]
    public void Each_group_may_have_one_of_its_own()
    {
        var (mine, theirs) = (new ServiceRegistry(), new ServiceRegistry());
        var services = new ServiceCollection();
        services.AddSingleton<IPeerResolver>(theirs);
        services.AddConsensus("mine", Settings.Valid().ToSection("mine")).UsePeerResolver(mine);
        services.AddConsensus("theirs", Settings.Valid().ToSection("theirs"));
        using var provider = services.BuildServiceProvider();

        using var alone = new ServiceCollection().BuildServiceProvider();
        Assert.That(new TcpTransportSetup("mine").ResolverOf(provider), Is.SameAs(mine));
        Assert.That(new TcpTransportSetup("theirs").ResolverOf(provider), Is.SameAs(theirs));
        Assert.That(new TcpTransportSetup("theirs").ResolverOf(alone), Is.Null);
    }

    private async Task<IHost> StartAsync(uint node, string address, int port, CancellationToken cancellationToken)
    {
        _registry.Move(new NodeId(node), new IPEndPoint(IPAddress.Parse(address), port));
        var section = Hosting.Tests.Cluster.Section(node)
            .With("Members", new JsonArray([.. Enumerable.Range(1, 3).Select(id => Settings.Member((uint)id, $"node-{id}.invalid:{_ports[id - 1]}"))]))
            .With("DataDirectory", Path.Join(_folder, $"{node}"))
            .With("HandoverTimeout", "100ms")
            .With("Transport:Listen", $"{address}:{port}")
            .With("Transport:Tls:CertificateFile", FileOf(node, "crt"))
            .With("Transport:Tls:KeyFile", FileOf(node, "key"))
            .With("Transport:Tls:AuthorityFile", Path.Join(_folder, "authority.crt"));
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddConsensus(section.ToSection()).UsePeerResolver(_registry);
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return host;
    }

    private void IssueCertificates()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var authority = ClusterAuthority.Create(Cluster, now);
        File.WriteAllText(Path.Join(_folder, "authority.crt"), authority.CertificatePem);
        for (var node = 1U; node <= 3; node++)
        {
            var (certificate, key) = authority.Issue(new NodeId(node), [], now, ClusterAuthority.NodeValidity);
            File.WriteAllText(FileOf(node, "crt"), certificate);
            File.WriteAllText(FileOf(node, "key"), key);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(FileOf(node, "key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
        }
    }

    private string FileOf(uint node, string extension) => Path.Join(_folder, $"node-{node}.{extension}");

    private sealed class ServiceRegistry : IPeerResolver
    {
        private readonly ConcurrentDictionary<NodeId, EndPoint> _services = new();
        private readonly ConcurrentDictionary<(NodeId Peer, string Address), bool> _asked = new();

        public ICollection<(NodeId Peer, string Address)> Asked => _asked.Keys;

        public void Move(NodeId node, EndPoint endPoint) => _services[node] = endPoint;

        public ValueTask<IReadOnlyList<EndPoint>> ResolveAsync(NodeId peer, string address, CancellationToken cancellationToken)
        {
            _asked[(peer, address)] = true;
            return new(_services.TryGetValue(peer, out var endPoint) ? [endPoint] : []);
        }
    }
}
