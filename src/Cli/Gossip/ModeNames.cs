using Consensus.Gossip;

namespace Consensus.Cli.Gossip;

/// <summary>The names by which people call the ways that news goes.</summary>
internal static class ModeNames
{
    private static readonly (GossipMode Mode, string Name)[] Known = [(GossipMode.Push, "push"), (GossipMode.Pull, "pull"), (GossipMode.PushPull, "push-pull")];

    /// <summary>All of them.</summary>
    public static IEnumerable<string> All => Known.Select(known => known.Name);

    /// <summary>The name of one.</summary>
    public static string Of(GossipMode mode) => Known.First(known => known.Mode == mode).Name;

    /// <summary>The one with a name; nothing, if there is none.</summary>
    public static GossipMode? Find(string name) => Array.FindIndex(Known, known => known.Name == name) is >= 0 and var index ? Known[index].Mode : null;
}
