using Consensus.Engine;

namespace Consensus.Simulation.Swarms;

/// <summary>What is drawn for a part of a run: from the seed and the part's own place in the run alone, so that it does not matter which processor draws first.</summary>
internal static class SwarmDice
{
    private const double Parts = 1UL << 53;

    /// <summary>The seed of one of several runs.</summary>
    public static ulong OfRun(ulong seed, ulong run) => Mix(seed, run);

    /// <summary>A generator for one part of a round.</summary>
    public static DeterministicRandom For(ulong seed, ulong round, ulong part) => new(Mix(Mix(seed, round), part));

    /// <summary>Whether something of that likelihood is the case for an agent in a round: the same whenever it is asked.</summary>
    public static bool IsSo(double share, ulong seed, ulong round, int agent) => share > 0 && (Mix(Mix(~seed, round), (ulong)agent) >> 11) < share * Parts;

    // The finalizer of SplitMix64, as DeterministicRandom has it.
    private static ulong Mix(ulong seed, ulong place) => new DeterministicRandom(seed ^ (place * 0xD1342543DE82EF95)).NextUInt64();
}
