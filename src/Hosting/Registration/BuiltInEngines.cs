using Consensus.HotStuff;
using Consensus.Hybrid;
using Consensus.Pbft;
using Consensus.Raft;
using Microsoft.Extensions.DependencyInjection;

namespace Consensus.Hosting;

/// <summary>The engines that every host knows.</summary>
internal static class BuiltInEngines
{
    /// <summary>How many blocks a chain has that is not committed: three with certificates, and the one that is voted on.</summary>
    private const int BlocksInChain = 4;

    /// <summary>Their registrations.</summary>
    public static IEnumerable<EngineRegistration> All =>
    [
        new("raft", static (_, options) => new RaftEngine(options.Raft.ToOptions())),
        new("pbft", static (services, options) => new PbftEngine(
            options.Pbft.ToOptions() with { CommandBytesMax = options.Replica.CommandBytesMax }, services.GetRequiredService<NodeIdentities>().Open(options, options.Pbft.WindowBlocks)))
        {
            ToleratesByzantineFaults = true,
            Demands = PbftDemands,
        },
        new("hotstuff", static (services, options) => new HotStuffEngine(
            options.HotStuff.ToOptions() with { CommandBytesMax = options.Replica.CommandBytesMax }, services.GetRequiredService<NodeIdentities>().Open(options, options.HotStuff.WindowBlocks)))
        {
            ToleratesByzantineFaults = true,
            Demands = HotStuffDemands,
        },
        new(ConsensusOptions.HybridName, static (services, options) => new HybridEngine(HybridSettings.FirstEpoch(options), HybridSettings.ToOptions(options), services.GetRequiredService<NodeIdentities>().OpenForEpochs(options)))
        {
            SignsAlways = true,
            Demands = static options => EngineDemands.OfAll([EngineDemands.OfRaft(options), PbftDemands(options), HotStuffDemands(options), EngineDemands.OfOrders]),
            Mark = static options => $"{HybridSettings.FirstEpoch(options).Id} {EpochDescriptor.Format}",
        },
    ];

    private static EngineDemands PbftDemands(ConsensusOptions options) => EngineDemands.OfByzantine(options, nameof(options.Pbft), options.Pbft, options.Pbft.PipelineBlocks);

    private static EngineDemands HotStuffDemands(ConsensusOptions options) => EngineDemands.OfByzantine(options, nameof(options.HotStuff), options.HotStuff, BlocksInChain);
}
