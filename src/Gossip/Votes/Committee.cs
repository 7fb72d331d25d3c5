using System.Buffers.Binary;
using Consensus.Cryptography;

namespace Consensus.Gossip;

/// <summary>Some agents that vote for a large swarm, drawn by lot. Whoever knows the seed draws the same ones, so nobody has to be believed who says that he is one of them.</summary>
/// <remarks>The seed must be one that nobody could foresee or choose when the agents came: otherwise a liar takes a number that is drawn.</remarks>
public static class Committee
{
    /// <summary>Draws a committee: those whose lots are the lowest.</summary>
    /// <param name="seed">What the lots are drawn from.</param>
    /// <param name="agents">The number of agents, which have the numbers from 0 on: at least <paramref name="size"/>.</param>
    /// <param name="size">How many are drawn: 1 or more.</param>
    /// <returns>Their numbers, in growing order.</returns>
    public static int[] Draw(Digest seed, int agents, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(agents, size);
        Span<byte> key = stackalloc byte[Digest.Size + sizeof(uint)];
        seed.CopyTo(key);
        var lots = new (UInt128 Lot, int Agent)[agents];
        Span<byte> lot = stackalloc byte[Digest.Size];
        for (var agent = 0; agent < agents; agent++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(key[Digest.Size..], (uint)agent);
            Blake3.Hash(key).CopyTo(lot);
            lots[agent] = (BinaryPrimitives.ReadUInt128BigEndian(lot), agent);
        }

        Array.Sort(lots);
        var drawn = new int[size];
        for (var i = 0; i < size; i++)
        {
            drawn[i] = lots[i].Agent;
        }

        Array.Sort(drawn);
        return drawn;
    }

    /// <summary>How likely it is that more liars are drawn than a committee survives: the tail of the hypergeometric distribution.</summary>
    /// <param name="agents">How many agents there are.</param>
    /// <param name="liars">How many of them lie.</param>
    /// <param name="size">How many are drawn.</param>
    /// <returns>0 to 1.</returns>
    public static double FailureProbability(int agents, int liars, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(agents, size);
        ArgumentOutOfRangeException.ThrowIfNegative(liars);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(liars, agents);
        var first = ByzantineQuorum.FaultsMax(size) + 1;
        var last = Math.Min(size, liars);
        var sum = 0.0;
        for (var drawn = Math.Max(first, size - (agents - liars)); drawn <= last; drawn++)
        {
            sum += Math.Exp(LogChoose(liars, drawn) + LogChoose(agents - liars, size - drawn) - LogChoose(agents, size));
        }

        return Math.Min(1, sum);
    }

    private static double LogChoose(int n, int k) => LogFactorial(n) - LogFactorial(k) - LogFactorial(n - k);

    /// <summary>The logarithm of n!: exact sums where they are short, Stirling's series beyond, to better than 10^-12.</summary>
    private static double LogFactorial(int n)
    {
        if (n < 32)
        {
            var sum = 0.0;
            for (var i = 2; i <= n; i++)
            {
                sum += Math.Log(i);
            }

            return sum;
        }

        double x = n;
        return (x * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI * x)) + (1 / (12 * x)) - (1 / (360 * x * x * x)) + (1 / (1260 * x * x * x * x * x));
    }
}
