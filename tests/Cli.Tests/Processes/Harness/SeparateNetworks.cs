using System.Diagnostics;
using System.Globalization;
using System.Net.NetworkInformation;

namespace Consensus.Cli.Tests.Processes.Harness;

/// <summary>
/// A network namespace for each node. Two cables lead out of each: one to a switch that the nodes share, which can be pulled, and one to the
/// tests, which stays.
/// </summary>
internal sealed class SeparateNetworks : IDisposable
{
    // Names and addresses of a run that was killed stay, and must not come into the way of the next.
    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"cf{Random.Shared.Next(0x100000):x5}");
    private readonly string _clients = FreeClientPrefix();
    private readonly int _count;

    private SeparateNetworks(int count) => _count = count;

    /// <summary>Sets them up.</summary>
    /// <exception cref="IgnoreException">This is not allowed here: the test is skipped.</exception>
    public static SeparateNetworks Create(int count)
    {
        if (!OperatingSystem.IsLinux() || !Environment.GetEnvironmentVariable("PATH")!.Split(':').Append("/usr/sbin").Any(folder => File.Exists(Path.Combine(folder, "ip"))))
        {
            Assert.Ignore("Network namespaces need Linux and its program 'ip' (Debian: iproute2).");
        }

        var networks = new SeparateNetworks(count);
        if (TryRun($"link add {networks.Switch} type bridge") is { } refused)
        {
            Assert.Ignore($"Network namespaces need root, and were refused: {refused}");
        }

        try
        {
            networks.SetUp();
            return networks;
        }
        catch
        {
            networks.Dispose();
            throw;
        }
    }

    private string Switch => $"{_name}s";

    /// <summary>Where other nodes reach a node.</summary>
    public static string PeerHost(uint node) => string.Create(CultureInfo.InvariantCulture, $"10.213.0.{node}");

    /// <summary>Where the tests reach a node.</summary>
    public string ClientHost(uint node) => string.Create(CultureInfo.InvariantCulture, $"{_clients}{node}.2");

    /// <summary>What starts a process in a node's network.</summary>
    public IReadOnlyList<string> Launcher(uint node) => ["ip", "netns", "exec", Namespace(node)];

    /// <summary>Pulls a node's cable to the others.</summary>
    public void Cut(uint node) => Run($"link set {PeerCable(node)} down");

    /// <summary>Plugs it in again.</summary>
    public void Heal(uint node) => Run($"link set {PeerCable(node)} up");

    public void Dispose()
    {
        for (var node = 1u; node <= _count; node++)
        {
            // Its cables go with it. What a set-up that failed did not make is not there.
            TryRun($"link delete {PeerCable(node)}");
            TryRun($"link delete {ClientCable(node)}");
            TryRun($"netns delete {Namespace(node)}");
        }

        TryRun($"link delete {Switch}");
    }

    private void SetUp()
    {
        Run($"link set {Switch} up");
        for (var node = 1u; node <= _count; node++)
        {
            var inside = $"-n {Namespace(node)}";
            Run($"netns add {Namespace(node)}");
            Run($"{inside} link set lo up");
            Run($"link add {PeerCable(node)} type veth peer name peers netns {Namespace(node)}");
            Run($"link set {PeerCable(node)} master {Switch} up");
            Run($"{inside} address add {PeerHost(node)}/24 dev peers");
            Run($"{inside} link set peers up");
            Run($"link add {ClientCable(node)} type veth peer name clients netns {Namespace(node)}");
            Run($"address add {_clients}{node}.1/24 dev {ClientCable(node)}");
            Run($"link set {ClientCable(node)} up");
            Run($"{inside} address add {ClientHost(node)}/24 dev clients");
            Run($"{inside} link set clients up");
        }
    }

    private string Namespace(uint node) => $"{_name}n{node}";

    private string PeerCable(uint node) => $"{_name}p{node}";

    private string ClientCable(uint node) => $"{_name}c{node}";

    /// <summary>The beginning of addresses that no interface of this machine has.</summary>
    private static string FreeClientPrefix()
    {
        string[] used = [.. NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address.ToString())];
        return Enumerable.Range(1, 254)
            .Select(second => string.Create(CultureInfo.InvariantCulture, $"10.{255 - second}."))
            .First(prefix => !used.Any(address => address.StartsWith(prefix, StringComparison.Ordinal)));
    }

    private static void Run(string command)
    {
        if (TryRun(command) is { } error)
        {
            throw new InvalidOperationException($"ip {command}: {error}");
        }
    }

    /// <summary>Runs <c>ip</c>.</summary>
    /// <returns>What went wrong, or <see langword="null"/>.</returns>
    private static string? TryRun(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", command.Split(' ')) { RedirectStandardError = true, UseShellExecute = false })!;
        var error = process.StandardError.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : error;
    }
}
