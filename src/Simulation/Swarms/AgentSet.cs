using System.Numerics;
using System.Runtime.CompilerServices;

namespace Consensus.Simulation.Swarms;

/// <summary>Some of the agents of a swarm, one bit each. Several threads may add at once; the set does not depend on which was first.</summary>
internal sealed class AgentSet(int agents)
{
    private const int WordBits = 64;

    private readonly ulong[] _words = new ulong[(agents + WordBits - 1) / WordBits];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Has(int agent) => ((_words[agent / WordBits] >> (agent % WordBits)) & 1) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int agent)
    {
        ref var word = ref _words[agent / WordBits];
        var bit = 1UL << (agent % WordBits);
        if ((word & bit) == 0)
        {
            Interlocked.Or(ref word, bit);
        }
    }

    public void CopyTo(AgentSet other) => _words.CopyTo(other._words, 0);

    public void AddAll(AgentSet others)
    {
        for (var i = 0; i < _words.Length; i++)
        {
            _words[i] |= others._words[i];
        }
    }

    public int Count()
    {
        var count = 0;
        foreach (var word in _words)
        {
            count += BitOperations.PopCount(word);
        }

        return count;
    }
}
