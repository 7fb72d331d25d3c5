namespace Consensus.Cryptography;

/// <summary>The sizes of quorums when some members may do anything. Pure.</summary>
/// <remarks>
/// <para>Malkhi and Reiter, "Byzantine quorum systems" (1998), section 3. With n members, f = ⌊(n−1)/3⌋ and Q = ⌈(n+f+1)/2⌉:</para>
/// <list type="bullet">
/// <item>two quorums share at least f + 1 members, so at least one that is correct: 2Q − n ≥ f + 1;</item>
/// <item>a quorum exists without the faulty: n − f ≥ Q;</item>
/// <item>for n = 3f + 1, Q = 2f + 1.</item>
/// </list>
/// </remarks>
public static class ByzantineQuorum
{
    /// <summary>How many faulty members are tolerated: f = ⌊(n−1)/3⌋.</summary>
    /// <param name="members">The number of members, at least 1.</param>
    public static int FaultsMax(int members)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(members, 1);
        return (members - 1) / 3;
    }

    /// <summary>How many members are a quorum: Q = ⌈(n+f+1)/2⌉.</summary>
    /// <param name="members">The number of members, at least 1.</param>
    public static int Size(int members) => (members + FaultsMax(members)) / 2 + 1;

    /// <summary>How many members include a correct one: f + 1.</summary>
    /// <param name="members">The number of members, at least 1.</param>
    public static int WeakSize(int members) => FaultsMax(members) + 1;

    /// <summary>How many members are needed to tolerate <paramref name="faults"/> faulty ones: 3f + 1.</summary>
    /// <param name="faults">The number of faulty members, at least 0.</param>
    public static int MembersMin(int faults)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(faults);
        return checked((3 * faults) + 1);
    }
}
