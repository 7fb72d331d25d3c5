using Consensus.Engine;
using Consensus.Simulation.Disk;

namespace Consensus.Storage.Tests.Files;

/// <summary>Simulated disks for tests that decide themselves what is lost.</summary>
internal static class Disks
{
    /// <summary>An empty one.</summary>
    public static SimulatedDisk New() => new(new DeterministicRandom(1));

    /// <summary>For <see cref="SimulatedDisk.Fails"/>: nothing fails.</summary>
    public static Exception? Succeeds(DiskAction action, string path) => null;
}
