using System.Diagnostics;
using Consensus.Cli.Cluster;
using Consensus.Cli.Nodes;
using Consensus.Cli.Setup;
using Consensus.Cli.Tests.Support;

namespace Consensus.Cli.Tests.Processes;

[TestFixture]
[Parallelizable(ParallelScope.Self)]
[Category("Process")]
[Platform("Linux,MacOsX", Reason = "Signals.")]
public sealed class RunTests
{
    [TestCase("TERM")]
    public async Task A_node_stops_cleanly_when_it_is_told_to(string signal)
    {
        using var folder = new TestFolder();
        var initialized = Initialize(folder);
        using var node = new NodeProcess(initialized.Config);
        var ready = await node.StartAsync(CancellationToken.None);

        using (var kill = Process.Start("kill", [$"-{signal}", $"{node.Process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        await node.Process.WaitForExitAsync();

        Assert.That(node.Process.ExitCode, Is.EqualTo(ExitCode.Done));
        Assert.That(ready.Endpoint, Is.EqualTo(initialized.Endpoint));
        Assert.That(ready.DataDirectory, Is.EqualTo(initialized.DataDirectory));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Each_line_of_a_nodes_log_begins_with_the_date_and_the_time_in_UTC(CancellationToken cancellationToken)
    {
        using var folder = new TestFolder();
        var initialized = Initialize(folder);
        using var node = Process.Start(ToolInvocation.Of("run", "--config", initialized.Config))!;

        var line = await node.StandardError.ReadLineAsync(cancellationToken);
        node.Kill();
        await node.WaitForExitAsync(cancellationToken);

        Assert.That(line, Does.Match(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z (info|warn): "));
    }

    private static InitializedNode Initialize(TestFolder folder)
    {
        var ports = LoopbackPorts.Find(2);
        return ClusterInitializer.Run(new InitOptions
        {
            Directory = folder.Path,
            Nodes = 1,
            Algorithm = Algorithms.Raft,
            BasePort = ports[0],
            HttpPort = ports[1],
            Tls = true,
        }).Nodes[0];
    }
}
