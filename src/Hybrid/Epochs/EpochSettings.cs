using Consensus.Engine;
using Consensus.HotStuff;
using Consensus.Serialization;

namespace Consensus.Hybrid;

/// <summary>
/// What the engines of an epoch do as all its members must: part of the epoch's identity. What is not named here is each member's own configuration, as in an epoch for which nobody has ordered anything.
/// </summary>
/// <remarks>
/// <para>Immutable. The same value holds for PBFT and for HotStuff, whichever runs, and for the engine that agrees on the end of an epoch of Raft.</para>
/// <para>
/// A setting of a member's own that one of these bounds is brought within it, so that no member is kept out of an epoch by its configuration. <see cref="Byzantine.ByzantineOptions.CommandBytesMax"/> is not among
/// them: a replica promises that to its callers when it takes a command, which may be in an epoch before the one that orders it.
/// </para>
/// </remarks>
public sealed record EpochSettings
{
    /// <summary>The most that <see cref="BlockBytesMax"/>, <see cref="BatchBytesMax"/> and <see cref="CatchUpBytes"/> may be: what each member must be able to send and receive.</summary>
    public const int BytesMax = 4 * 1024 * 1024;

    private const int Fields = 11;

    private static readonly TimeSpan LongestMin = TimeSpan.FromSeconds(5);

    /// <summary>Nothing: each member's own configuration.</summary>
    public static EpochSettings None { get; } = new();

    /// <inheritdoc cref="Byzantine.ByzantineOptions.ViewTimeout"/>
    /// <value>None; 10 ms to 1 min.</value>
    public TimeSpan? ViewTimeout { get; init; }

    /// <inheritdoc cref="Byzantine.ByzantineOptions.ViewTimeoutMax"/>
    /// <value>None; 5 s to 1 h, at least <see cref="ViewTimeout"/>. Less could be too short for any decision, also for the one that takes it back.</value>
    public TimeSpan? ViewTimeoutMax { get; init; }

    /// <inheritdoc cref="Byzantine.ByzantineOptions.CheckpointBlocks"/>
    /// <value>None; 1 to 32,768.</value>
    public int? CheckpointBlocks { get; init; }

    /// <inheritdoc cref="Byzantine.ByzantineOptions.WindowBlocks"/>
    /// <value>None; <see cref="HotStuffOptions.WindowBlocksMin"/> to 65,536, at least twice <see cref="CheckpointBlocks"/>.</value>
    public int? WindowBlocks { get; init; }

    /// <inheritdoc cref="Byzantine.ByzantineOptions.BlockBytesMax"/>
    /// <value>None; 1 KiB to 4 MiB.</value>
    public int? BlockBytesMax { get; init; }

    /// <inheritdoc cref="Byzantine.ByzantineOptions.BatchBytesMax"/>
    /// <value>None; 1 KiB to 4 MiB.</value>
    public int? BatchBytesMax { get; init; }

    /// <inheritdoc cref="Byzantine.ByzantineOptions.CatchUpBytes"/>
    /// <value>None; 1 KiB to 4 MiB.</value>
    public int? CatchUpBytes { get; init; }

    /// <inheritdoc cref="HotStuffOptions.Rules"/>
    /// <value>None.</value>
    public HotStuffRuleSet? HotStuffRules { get; init; }

    /// <inheritdoc cref="HotStuffOptions.TermViews"/>
    /// <value>None; 4 to 1,048,576.</value>
    public int? TermViews { get; init; }

    /// <inheritdoc cref="HotStuffOptions.PenaltyRotations"/>
    /// <value>None; 0 to 1,024.</value>
    public int? PenaltyRotations { get; init; }

    /// <inheritdoc cref="HybridOptions.CheckpointEntries"/>
    /// <value>None; 1 to 1,000,000.</value>
    public int? CheckpointEntries { get; init; }

    /// <summary>Checks every setting that is named, and those that bound each other. The same on all members, whatever their configuration.</summary>
    /// <returns>One sentence for each problem; empty if there is none.</returns>
    public IReadOnlyList<string> Validate()
    {
        var options = Over(new HybridOptions());
        string[] hasty = ViewTimeoutMax < LongestMin
            ? [$"{nameof(ViewTimeoutMax)} is {DurationText.Format(ViewTimeoutMax.Value)}; allowed in an order: {DurationText.Format(LongestMin)} or more, for where decisions take longer none would be made any more, and so none that takes it back."]
            : [];
        return [.. hasty, .. options.Pbft.Validate().Union(options.HotStuff.Validate(), StringComparer.Ordinal), .. options.Validate()];
    }

    /// <summary>A member's options in an epoch with these settings. If both are valid, so is what comes out.</summary>
    /// <param name="own">The member's own configuration.</param>
    internal HybridOptions Over(HybridOptions own)
    {
        var pbft = EpochSettingBounds.Over(own.Pbft, this);
        var hotStuff = EpochSettingBounds.Over(own.HotStuff, this);
        var rules = HotStuffRules ?? own.HotStuff.Rules;
        return own with
        {
            Pbft = pbft with { PipelineBlocks = Math.Clamp(pbft.PipelineBlocks, 1, Math.Max(1, pbft.WindowBlocks)) },
            HotStuff = hotStuff with
            {
                Rules = rules,
                WindowBlocks = WindowBlocks ?? Math.Max(hotStuff.WindowBlocks, HotStuffOptions.WindowBlocksMin(rules)),
                TermViews = TermViews ?? own.HotStuff.TermViews,
                PenaltyRotations = PenaltyRotations ?? own.HotStuff.PenaltyRotations,
            },
            CheckpointEntries = CheckpointEntries ?? own.CheckpointEntries,
        };
    }

    /// <summary>Writes them: each in its place, and nothing where none is named.</summary>
    internal void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(Fields);
        Write(ref writer, ViewTimeout?.Ticks);
        Write(ref writer, ViewTimeoutMax?.Ticks);
        Write(ref writer, CheckpointBlocks);
        Write(ref writer, WindowBlocks);
        Write(ref writer, BlockBytesMax);
        Write(ref writer, BatchBytesMax);
        Write(ref writer, CatchUpBytes);
        Write(ref writer, (long?)HotStuffRules);
        Write(ref writer, TermViews);
        Write(ref writer, PenaltyRotations);
        Write(ref writer, CheckpointEntries);
    }

    /// <summary>Reads them. Whether they are in range is not looked at.</summary>
    /// <exception cref="MessageFormatException">There are more, or fewer.</exception>
    /// <exception cref="MessagePackSerializationException">The bytes are not what MessagePack allows in their place.</exception>
    internal static EpochSettings Read(ref MessagePackReader reader) => reader.ReadArrayHeader() is not Fields and var fields ? throw new MessageFormatException($"The settings of an epoch are {fields}; known here are {Fields}.") : new()
    {
        ViewTimeout = ReadTime(ref reader),
        ViewTimeoutMax = ReadTime(ref reader),
        CheckpointBlocks = ReadNumber(ref reader),
        WindowBlocks = ReadNumber(ref reader),
        BlockBytesMax = ReadNumber(ref reader),
        BatchBytesMax = ReadNumber(ref reader),
        CatchUpBytes = ReadNumber(ref reader),
        HotStuffRules = (HotStuffRuleSet?)ReadNumber(ref reader),
        TermViews = ReadNumber(ref reader),
        PenaltyRotations = ReadNumber(ref reader),
        CheckpointEntries = ReadNumber(ref reader),
    };

    private static void Write(ref MessagePackWriter writer, long? value)
    {
        if (value is { } number)
        {
            writer.Write(number);
        }
        else
        {
            writer.WriteNil();
        }
    }

    private static int? ReadNumber(ref MessagePackReader reader) => reader.TryReadNil() ? null : reader.ReadInt32();

    private static TimeSpan? ReadTime(ref MessagePackReader reader) => reader.TryReadNil() ? null : TimeSpan.FromTicks(reader.ReadInt64());
}
