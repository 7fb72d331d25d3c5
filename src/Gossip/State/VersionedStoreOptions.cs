using System.Globalization;

namespace Consensus.Gossip;

/// <summary>What a node of a swarm keeps. The same at all nodes, or what some refuse is offered to them again and again.</summary>
public sealed record VersionedStoreOptions
{
    /// <summary>How many keys there are at most, tombstones among them.</summary>
    /// <value>131,072; 1 to 16,777,216.</value>
    public int KeysMax { get; init; } = 131_072;

    /// <summary>How many bytes all take at most: keys, contents, and <see cref="VersionedStore.OverheadBytes"/> for each.</summary>
    /// <value>256 MiB; 64 KiB to 1 TiB.</value>
    public long BytesMax { get; init; } = 256L << 20;

    /// <summary>The longest key, in bytes.</summary>
    /// <value>256; 1 to 1,024.</value>
    public int KeyBytesMax { get; init; } = 256;

    /// <summary>The longest content, in bytes.</summary>
    /// <value>64 KiB; 1 B to 256 KiB.</value>
    public int ContentBytesMax { get; init; } = 64 * 1024;

    /// <summary>By how much the clock of whoever wrote a value may be ahead of this node's.</summary>
    /// <value>1 min; 0 to 1 day.</value>
    public TimeSpan AheadMax { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>For how long it is remembered that a key was removed, from the time that whoever did so gave. Longer than any partition, or what was removed comes back from whoever was away.</summary>
    /// <value>24 h; 1 s to 365 days.</value>
    public TimeSpan TombstoneTime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Checks every setting.</summary>
    /// <returns>One sentence for each problem; empty if there is none.</returns>
    public IReadOnlyList<string> Validate()
    {
        var problems = new List<string>();
        CheckNumber(nameof(KeysMax), KeysMax, 1, 16_777_216);
        CheckNumber(nameof(BytesMax), BytesMax, 64 << 10, 1L << 40);
        CheckNumber(nameof(KeyBytesMax), KeyBytesMax, 1, 1_024);
        CheckNumber(nameof(ContentBytesMax), ContentBytesMax, 1, 256 << 10);
        CheckTime(nameof(AheadMax), AheadMax, TimeSpan.Zero, TimeSpan.FromDays(1));
        CheckTime(nameof(TombstoneTime), TombstoneTime, TimeSpan.FromSeconds(1), TimeSpan.FromDays(365));
        return problems;

        void CheckNumber(string name, long value, long least, long most) => Check(value >= least && value <= most, name, string.Create(CultureInfo.InvariantCulture, $"{value:N0}"), string.Create(CultureInfo.InvariantCulture, $"{least:N0} to {most:N0}"));
        void CheckTime(string name, TimeSpan value, TimeSpan least, TimeSpan most) => Check(value >= least && value <= most, name, $"{value}", $"{least} to {most}");
        void Check(bool holds, string name, string value, string allowed)
        {
            if (!holds)
            {
                problems.Add($"{name} is {value}; allowed: {allowed}.");
            }
        }
    }
}
