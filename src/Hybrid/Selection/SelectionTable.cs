using Consensus.Cryptography;

namespace Consensus.Hybrid.Selection;

/// <summary>The rules of the choice, of which exactly one applies to any requirements.</summary>
internal static class SelectionTable
{
    /// <summary>With fewer members none may lie.</summary>
    public static readonly int ByzantineMembersMin = ByzantineQuorum.MembersMin(1);

    public static readonly IReadOnlyList<SelectionRow> Rows =
    [
        new(
            SelectionRule.NoMembers,
            null,
            static (asked, _) => asked.SwarmSize < 1,
            static (asked, _) => $"a group of {Members(asked.SwarmSize)} decides nothing; it needs at least one"),
        new(
            SelectionRule.NoTime,
            null,
            static (asked, _) => asked.SwarmSize >= 1 && !IsLatencyPossible(asked),
            static (asked, _) => $"a latency requirement of {Duration(asked.Latency!.Value)} can be met by nothing; it must be more than 0, or be left out"),
        new(
            SelectionRule.TooFewForByzantine,
            null,
            static (asked, _) => IsPossible(asked) && asked.Byzantine && asked.SwarmSize < ByzantineMembersMin,
            static (asked, _) => $"{Members(asked.SwarmSize)} cannot tolerate that one of them lies, with any engine: one liar takes at least {ByzantineMembersMin} members, two take {ByzantineQuorum.MembersMin(2)}"),
        new(
            SelectionRule.CrashesOnly,
            SelectableEngine.Raft,
            static (asked, _) => IsPossible(asked) && !asked.Byzantine,
            static (asked, _) => $"members are not expected to lie, and then Raft is the fastest at any number of them ({Members(asked.SwarmSize)} here) and {Latency(asked)}"),
        new(
            SelectionRule.LargeSwarm,
            SelectableEngine.Gossip,
            static (asked, limits) => IsPossible(asked) && asked.Byzantine && IsLarge(asked, limits),
            static (asked, limits) => $"members may lie, and {Members(asked.SwarmSize)} are more than {Number(limits.SwarmSizeLimit)} (SwarmSizeLimit), too many to agree by votes of all. What gossip spreads becomes the same everywhere in the end; it has no total order"),
        new(
            SelectionRule.LowLatency,
            SelectableEngine.HotStuff,
            static (asked, limits) => IsPossible(asked) && asked.Byzantine && IsAgreeing(asked, limits) && IsFast(asked, limits),
            static (asked, limits) => $"members may lie, {Members(asked.SwarmSize)} are at most {Number(limits.SwarmSizeLimit)} (SwarmSizeLimit), and {Latency(asked)} is less than {Duration(limits.LatencyLimit)} (LatencyLimit)"),
        new(
            SelectionRule.Agreement,
            SelectableEngine.Pbft,
            static (asked, limits) => IsPossible(asked) && asked.Byzantine && IsAgreeing(asked, limits) && !IsFast(asked, limits),
            static (asked, limits) => $"members may lie, {Members(asked.SwarmSize)} are at most {Number(limits.SwarmSizeLimit)} (SwarmSizeLimit), and {(asked.Latency is null ? $"no latency under {Duration(limits.LatencyLimit)} (LatencyLimit) is required" : $"{Latency(asked)} is not less than {Duration(limits.LatencyLimit)} (LatencyLimit)")}"),
    ];

    public static string Number(int number) => number.ToString("N0", System.Globalization.CultureInfo.InvariantCulture);

    public static string Duration(TimeSpan duration) => DurationText.Format(duration);

    private static string Members(int count) => $"{Number(count)} {(count == 1 ? "member" : "members")}";

    private static string Latency(SelectionRequirements asked) =>
        asked.Latency is { } latency ? $"a latency requirement of {Duration(latency)}" : "any latency";

    private static bool IsPossible(SelectionRequirements asked) => asked.SwarmSize >= 1 && IsLatencyPossible(asked);

    private static bool IsLatencyPossible(SelectionRequirements asked) => asked.Latency is not { } latency || latency > TimeSpan.Zero;

    private static bool IsLarge(SelectionRequirements asked, SelectionThresholds limits) => asked.SwarmSize > limits.SwarmSizeLimit;

    private static bool IsAgreeing(SelectionRequirements asked, SelectionThresholds limits) => asked.SwarmSize >= ByzantineMembersMin && !IsLarge(asked, limits);

    private static bool IsFast(SelectionRequirements asked, SelectionThresholds limits) => asked.Latency < limits.LatencyLimit;
}
