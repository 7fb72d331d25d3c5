using Consensus.Configuration;

namespace Consensus.Hosting.Validation;

/// <summary>What the log's segments demand of the settings that bound what is under way.</summary>
internal static class StorageRules
{
    private const int SectorBytes = 512;

    /// <summary>The segment's header and checkpoint, the batch's header, and what surrounds its entries.</summary>
    private const int SegmentOverhead = 64 * 1024;

    public static void Check(ConsensusOptions options, EngineDemands demands, SettingProblems problems)
    {
        var path = $"{options.Path}:{nameof(options.Storage)}:{nameof(options.Storage.SegmentBytes)}";
        var segment = options.Storage.SegmentBytes;
        if (segment % SectorBytes != 0)
        {
            problems.Add(path, segment, $"a multiple of {SectorBytes} bytes");
            return;
        }

        var needed = Reserve(demands);
        if (segment < needed)
        {
            problems.Add(
                path,
                segment,
                $"at least {needed}, so that what may be in flight and uncommitted still fits when the disk is full; or lower what bounds it: {demands.UnderWaySettings}");
        }
    }

    /// <summary>
    /// What must be left of a segment until there is a next one: for what is in flight when the disk fills up, and for what a leader leaves
    /// uncommitted, which the next one must be able to commit all the same.
    /// </summary>
    public static long Reserve(EngineDemands demands) => Align(demands.UnderWayBytes + SegmentOverhead);

    private static long Align(long bytes) => (bytes + SectorBytes - 1) / SectorBytes * SectorBytes;
}
