using Consensus.Simulation.Checkers;
using Consensus.Simulation.Runs;

namespace Consensus.Simulation.Tests.Checkers;

public sealed class RefusedStartsTests
{
    [Test]
    public void Refusing_to_start_is_right_only_if_the_disk_was_damaged()
    {
        var reports = new List<string>();
        var world = new World(1, new SimulationOptions());
        var node = world.AddNode();
        var checker = new RefusedStarts(world.Atlas);
        checker.Attach((_, description) => reports.Add(description));
        checker.OnRefused(node, new ConsensusException(ConsensusFailure.StorageCorrupt, "damaged"));
        Assert.That(reports, Has.Count.EqualTo(1));
        world.Atlas.Damage(node, null, mayRefuse: true);
        checker.OnRefused(node, new ConsensusException(ConsensusFailure.StorageCorrupt, "damaged"));
        Assert.That(reports, Has.Count.EqualTo(1));
    }
}
