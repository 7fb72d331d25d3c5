using System.Text.Json.Nodes;
using Consensus.Hosting.Tests;
using Consensus.Transport;

namespace Consensus.Samples.Tests;

/// <summary>Three instances of the sample, with the configuration files of its folder but for ports that are free.</summary>
internal sealed class OrderService : IDisposable
{
    private const int Nodes = 3;

    private readonly string _folder = Directory.CreateTempSubdirectory("consensus-sample-").FullName;

    public OrderService(bool tls)
    {
        var ports = FreePorts.Find(2 * Nodes);
        for (var node = 1; node <= Nodes; node++)
        {
            var file = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", $"node-{node}.json")))!;
            var address = new Uri($"http://127.0.0.1:{ports[node - 1]}");
            file["Urls"] = address.ToString();
            foreach (var (index, member) in file["Consensus"]!["Members"]!.AsArray().Index())
            {
                member!["Address"] = $"127.0.0.1:{ports[Nodes + index]}";
            }

            if (tls)
            {
                file["Consensus"]!["Transport"] = new JsonObject
                {
                    ["Tls"] = new JsonObject { ["CertificateFile"] = $"node-{node}.crt", ["KeyFile"] = $"node-{node}.key", ["AuthorityFile"] = "authority.crt" },
                };
            }

            File.WriteAllText(Path.Combine(_folder, $"node-{node}.json"), file.ToJsonString());
            Instances.Add(new Instance("OrderApproval.dll", _folder, node, address));
            if (tls && node == Nodes)
            {
                IssueCertificates(new ClusterId(Guid.Parse((string)file["Consensus"]!["ClusterId"]!)));
            }
        }

        Instances.ForEach(instance => instance.Start());
    }

    public List<Instance> Instances { get; } = [];

    /// <summary>The one that leads, as all that run see it.</summary>
    public async Task<Instance> LeaderAsync() => Instances[(int)(await Instances[0].AskAsync(HttpMethod.Get, "v1/status")).Body!["leader"]! - 1];

    public void Dispose()
    {
        Instances.ForEach(instance => instance.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    private void IssueCertificates(ClusterId cluster)
    {
        using var authority = ClusterAuthority.Create(cluster, TimeProvider.System.GetUtcNow());
        File.WriteAllText(Path.Combine(_folder, "authority.crt"), authority.CertificatePem);
        for (var node = 1; node <= Nodes; node++)
        {
            var (certificate, key) = authority.Issue(new NodeId((uint)node), ["localhost"], TimeProvider.System.GetUtcNow(), ClusterAuthority.NodeValidity);
            var keyFile = Path.Combine(_folder, $"node-{node}.key");
            File.WriteAllText(Path.Combine(_folder, $"node-{node}.crt"), certificate);
            File.WriteAllText(keyFile, key);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(keyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
        }
    }
}
