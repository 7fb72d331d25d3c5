using Consensus.HotStuff;
using Consensus.Pbft;

namespace Consensus.Byzantine.Tests;

/// <summary>The two engines, for tests of what they share.</summary>
internal static class EngineUnderTest
{
    private const int SignedBytes = 32 * CommandBatch.SignedWeightMin;

    /// <summary>An engine with small bounds, so that they are reached.</summary>
    public static IEngine Create(string name, uint node, int pooledBytesMax = 64 * 1024) => name == "pbft"
        ? new PbftEngine(new PbftOptions { CheckpointBlocks = 4, WindowBlocks = 16, TrailingBlocks = 2, CatchUpBytes = 4096, BatchBytesMax = 1024, PooledBytesMax = pooledBytesMax }, Samples.Identity(node))
        : new HotStuffEngine(new HotStuffOptions { CheckpointBlocks = 4, WindowBlocks = 16, TrailingBlocks = 2, CatchUpBytes = 4096, BatchBytesMax = 1024, PooledBytesMax = pooledBytesMax }, Samples.Identity(node));

    /// <summary>The protocol as it is simulated, with so many blocks kept behind a snapshot.</summary>
    public static SimulatedProtocol Simulated(string name, int trailingBlocks) => name == "pbft"
        ? SimulatedProtocol.PbftWith(SimulationOptions.PbftDefaults with { TrailingBlocks = trailingBlocks, CatchUpBytes = 4096 })
        : SimulatedProtocol.HotStuffWith(SimulationOptions.HotStuffDefaults with { TrailingBlocks = trailingBlocks, CatchUpBytes = 4096 });

    /// <summary>The same with room for batches of many signed commands.</summary>
    public static SimulatedProtocol SimulatedForSigned(string name, int trailingBlocks) => name == "pbft"
        ? SimulatedProtocol.PbftWith(SimulationOptions.PbftDefaults with { TrailingBlocks = trailingBlocks, CatchUpBytes = 4096, BatchBytesMax = SignedBytes, BlockBytesMax = 2 * SignedBytes, PooledBytesMax = 8 * SignedBytes })
        : SimulatedProtocol.HotStuffWith(SimulationOptions.HotStuffDefaults with { TrailingBlocks = trailingBlocks, CatchUpBytes = 4096, BatchBytesMax = SignedBytes, BlockBytesMax = 2 * SignedBytes, PooledBytesMax = 8 * SignedBytes });

    /// <summary>The same, and one more looks at what happens in each run.</summary>
    public static SimulatedProtocol WatchedBy(this SimulatedProtocol protocol, Func<World, Checker> watcher) =>
        protocol with { Checkers = world => [.. protocol.Checkers(world), watcher(world)] };
}
