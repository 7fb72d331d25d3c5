using Consensus.Gossip;

namespace Consensus.AspNetCore.Swarm;

/// <summary>The names of priorities in documents.</summary>
internal static class PriorityNames
{
    private static readonly (string Name, RumourPriority Priority)[] All = [("critical", RumourPriority.Critical), ("normal", RumourPriority.Normal), ("bulk", RumourPriority.Bulk)];

    /// <summary>All of them, for a sentence.</summary>
    public static string Sentence { get; } = string.Join(", ", All.Select(static each => each.Name));

    /// <summary>A priority's name.</summary>
    public static string Of(RumourPriority priority) => All.First(each => each.Priority == priority).Name;

    /// <summary>The priority of a name; <see langword="null"/> if it is none's.</summary>
    public static RumourPriority? Find(string name) => All.Where(each => each.Name == name).Select(static each => (RumourPriority?)each.Priority).FirstOrDefault();
}
