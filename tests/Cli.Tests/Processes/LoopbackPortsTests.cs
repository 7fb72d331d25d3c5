using Consensus.Cli.Cluster;

namespace Consensus.Cli.Tests.Processes;

[TestFixture]
public sealed class LoopbackPortsTests
{
    [Test]
    public void What_is_found_at_the_same_time_has_no_port_in_common()
    {
        const int Length = 4;
        var found = new IReadOnlyList<int>[200];
        Parallel.For(0, found.Length, i => found[i] = LoopbackPorts.Find(2, Length));

        var ports = found.SelectMany(places => places).SelectMany(place => Enumerable.Range(place, Length)).ToArray();

        Assert.That(ports, Is.Unique);
        Assert.That(ports, Is.All.InRange(10_000, 32_000));
    }
}
