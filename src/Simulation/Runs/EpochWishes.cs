using Consensus.Engine;
using Consensus.HotStuff;
using Consensus.Hybrid;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Runs;

/// <summary>What the group's operator orders besides an engine, drawn from the seed: other settings, small windows among them, another escalation target, another key for himself.</summary>
internal sealed class EpochWishes(World world)
{
    // Small ones show more: a window that is full, a batch to a block, a term that is over.
    private static readonly int[] Checkpoints = [1, 2, 4, 8, 16];
    private static readonly int[] CheckpointsInWindow = [2, 2, 3, 4];
    private static readonly int[] Bytes = [1024, 2048, 8 * 1024, 32 * 1024];
    private static readonly int[] Terms = [4, 16, 64];
    private static readonly int[] Entries = [1, 8, 32, 100];
    private static readonly int[] Timeouts = [250, 500, 1000];

    private readonly DeterministicRandom _random = world.RandomFor("epoch wishes");

    /// <summary>Draws what is to follow an epoch.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="protocol">What orders commands in the next one.</param>
    public NextEpoch Draw(EpochDescriptor epoch, EpochProtocol protocol) => new(protocol)
    {
        Settings = _random.Chance(0.5) ? DrawSettings() : null,
        Rules = _random.Chance(0.25) ? epoch.Rules with { EscalationTarget = _random.Chance(0.5) ? EpochProtocol.Pbft : EpochProtocol.HotStuff } : null,
        Operators = _random.Chance(0.25) ? NextOperators.Of([_random.Any(world.OperatorSigners).PublicKey]) : null,
    };

    private EpochSettings DrawSettings()
    {
        var checkpoint = Named(Checkpoints);
        return new EpochSettings
        {
            ViewTimeout = Named(Timeouts) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null,
            CheckpointBlocks = checkpoint,
            WindowBlocks = Named(CheckpointsInWindow) is { } times ? Math.Max(HotStuffOptions.WindowBlocksMin(HotStuffRuleSet.ThreeChain), times * (checkpoint ?? _random.Any(Checkpoints))) : null,
            BlockBytesMax = Named(Bytes),
            BatchBytesMax = Named(Bytes),
            CatchUpBytes = Named(Bytes),
            HotStuffRules = _random.Chance(0.5) ? _random.Any(Enum.GetValues<HotStuffRuleSet>()) : null,
            TermViews = Named(Terms),
            PenaltyRotations = _random.Chance(0.5) ? (int)_random.NextBelow(4) : null,
            CheckpointEntries = Named(Entries),
        };
    }

    private int? Named(int[] values) => _random.Chance(0.5) ? _random.Any(values) : null;
}
