using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Consensus.Replication.KeyValue;
using Consensus.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Consensus.Hosting.Tests;

/// <summary>Members that are known by names only, with certificates, and an address book that says where they are at the moment.</summary>
[TestFixture]
[CancelAfter(120_000)]
[Platform("Linux", Reason = "All of 127.0.0.0/8 is this machine.")]
public sealed class PeerResolverTests
{
    private static readonly ClusterId Cluster = new(Guid.Parse(Settings.Cluster));

    private readonly string _folder = Directory.CreateTempSubdirectory("consensus-names-").FullName;
    private readonly AddressBook _addresses = new();
    private readonly int[] _ports = FreePorts.Find(3);

    [OneTimeTearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task A_node_that_moved_behind_its_name_is_found_again(CancellationToken cancellationToken)
    {
        IssueCertificates();
        using var one = await StartAsync(1, "127.0.0.1", cancellationToken);
        using var two = await StartAsync(2, "127.0.0.1", cancellationToken);
        using (var three = await StartAsync(3, "127.0.0.1", cancellationToken))
        {
            await three.Services.GetRequiredService<IConsensus>().LeaderAsync(cancellationToken);
            await three.StopAsync(cancellationToken);
        }

        var put = await one.Services.GetRequiredService<KeyValueStore>().PutAsync("key"u8.ToArray(), "value"u8.ToArray(), cancellationToken: cancellationToken);
        Assert.That(put.IsApplied, Is.True, $"{put}");

        // Nobody listens any more where the others found it.
        using var moved = await StartAsync(3, "127.0.0.77", cancellationToken);
        await moved.Services.GetRequiredService<IConsensus>().LeaderAsync(cancellationToken);
        var got = await moved.Services.GetRequiredService<KeyValueStore>().GetAsync("key"u8.ToArray(), cancellationToken: cancellationToken);

        Assert.That(got.IsFound, Is.True, $"{got}");
        Assert.That(_addresses.Asked, Is.EquivalentTo(new[] { "node-1.test", "node-2.test", "node-3.test" }), "It is asked for names, without ports.");
    }

    [Test]
    public void Each_group_may_have_one_of_its_own()
    {
        var (mine, theirs) = (new AddressBook(), new AddressBook());
        var services = new ServiceCollection();
        services.AddSingleton<IPeerResolver>(theirs);
        services.AddConsensus("mine", Settings.Valid().ToSection("mine")).UsePeerResolver(mine);
        services.AddConsensus("theirs", Settings.Valid().ToSection("theirs"));
        using var provider = services.BuildServiceProvider();

        Assert.That(provider.GetRequiredKeyedService<IPeerResolver>("mine"), Is.SameAs(mine));
        Assert.That(provider.GetRequiredKeyedService<IPeerResolver>("theirs"), Is.SameAs(theirs));
    }

    private async Task<IHost> StartAsync(uint node, string address, CancellationToken cancellationToken)
    {
        _addresses.Move($"node-{node}.test", address);
        var section = Hosting.Tests.Cluster.Section(node)
            .With("Members", new JsonArray([.. _ports.Select((port, index) => Settings.Member((uint)index + 1, $"node-{index + 1}.test:{port}"))]))
            .With("DataDirectory", Path.Join(_folder, $"{node}"))
            .With("HandoverTimeout", "100ms")
            .With("Transport:Listen", $"{address}:{_ports[node - 1]}")
            .With("Transport:Tls:CertificateFile", FileOf(node, "crt"))
            .With("Transport:Tls:KeyFile", FileOf(node, "key"))
            .With("Transport:Tls:AuthorityFile", Path.Join(_folder, "authority.crt"));
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddConsensus(section.ToSection()).UsePeerResolver(_addresses);
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

    private sealed class AddressBook : IPeerResolver
    {
        private readonly ConcurrentDictionary<string, IPAddress> _entries = new(StringComparer.Ordinal);
        private readonly ConcurrentDictionary<string, bool> _asked = new(StringComparer.Ordinal);

        public ICollection<string> Asked => _asked.Keys;

        public void Move(string host, string address) => _entries[host] = IPAddress.Parse(address);

        public ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
        {
            _asked[host] = true;
            return new(_entries.TryGetValue(host, out var address) ? [address] : []);
        }
    }
}
