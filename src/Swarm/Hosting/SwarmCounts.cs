namespace Consensus.Swarm;

/// <summary>The counts of a node of a swarm. Safe to use from any number of threads: each count is right, though not all at one point in time.</summary>
public sealed class SwarmCounts
{
    private readonly long[] _values = new long[Enum.GetValues<SwarmCount>().Length];

    /// <summary>How often something happened.</summary>
    public long this[SwarmCount count] => Interlocked.Read(ref _values[(int)count]);

    internal void Add(SwarmCount count, long number = 1) => Interlocked.Add(ref _values[(int)count], number);
}
