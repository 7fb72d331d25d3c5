using Consensus.Engine;

namespace Consensus.Simulation.Time;

/// <summary>What the simulator draws beside plain numbers.</summary>
internal static class RandomChoices
{
    private const ulong Parts = 1_000_000;

    /// <summary>Whether something of that likelihood (0 to 1) happens. Nothing is drawn if it cannot, or must.</summary>
    public static bool Chance(this DeterministicRandom random, double rate) => rate > 0 && (rate >= 1 || random.NextBelow(Parts) < (ulong)(rate * Parts));

    /// <summary>One of the items.</summary>
    public static T Any<T>(this DeterministicRandom random, IReadOnlyList<T> items) => items[(int)random.NextBelow((ulong)items.Count)];

    /// <summary>One of the items, some of them, or all: each as likely as the others.</summary>
    public static IReadOnlyList<T> SomeOrAll<T>(this DeterministicRandom random, IReadOnlyList<T> items) => random.NextBelow(3) switch
    {
        0 => [random.Any(items)],
        1 => [.. items.Where(_ => random.NextBelow(2) == 0)],
        _ => [.. items],
    };

    /// <summary>A number between the two, evenly.</summary>
    public static double NextBetween(this DeterministicRandom random, double lowest, double highest) =>
        lowest + ((highest - lowest) * (random.NextBelow(Parts + 1) / (double)Parts));

    /// <summary>A wait whose mean is <paramref name="mean"/>, evenly between nothing and its double.</summary>
    public static TimeSpan NextAround(this DeterministicRandom random, TimeSpan mean) => random.NextBetween(TimeSpan.Zero, mean * 2);

    /// <summary>A generator for one purpose, so that what others draw does not change what it draws.</summary>
    public static DeterministicRandom For(ulong seed, string purpose)
    {
        // FNV-1a: string hashes of the runtime differ from process to process.
        var hash = 14695981039346656037UL;
        foreach (var letter in purpose)
        {
            hash = unchecked((hash ^ letter) * 1099511628211UL);
        }

        return new DeterministicRandom(new DeterministicRandom(seed ^ hash).NextUInt64());
    }
}
