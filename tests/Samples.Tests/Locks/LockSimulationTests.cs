using Consensus.Samples.Locks;
using Consensus.Simulation;

namespace Consensus.Samples.Tests.Locks;

/// <summary>The machine under faults, in virtual time.</summary>
[TestFixture]
public sealed class LockSimulationTests
{
    [Test]
    public void Locks_survive_all_faults([Range(1, 10)] int seed) => new Simulator()
        .WithStateMachine(() => new LockTable())
        .WithWorkload(() => new LockWorkload())
        .WithNodes(3)
        .WithFaults(FaultSet.All.For(3))
        .WithDuration(TimeSpan.FromSeconds(20))
        .Run((ulong)seed)
        .ThrowIfViolated();
}
