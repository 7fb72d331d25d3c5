using Consensus.Engine;

namespace Consensus.Gossip;

/// <summary>Draws the peers that an agent calls: each set of different ones is as likely as the others, and the agent itself is in none.</summary>
public static class PeerSampling
{
    /// <summary>Draws peers among agents 0 to <paramref name="agents"/> − 1.</summary>
    /// <param name="random">Draws.</param>
    /// <param name="agents">How many agents there are, the drawing one included: more than <paramref name="peers"/> has places.</param>
    /// <param name="self">The one that draws.</param>
    /// <param name="peers">Takes the peers, in no order.</param>
    public static void Draw(DeterministicRandom random, int agents, int self, Span<int> peers)
    {
        // Floyd's way (Bentley and Floyd, CACM 1987): as many draws as peers, none in vain. Among the others: whoever comes behind self is one further.
        var first = agents - 1 - peers.Length;
        for (var i = 0; i < peers.Length; i++)
        {
            var last = first + i;
            var drawn = (int)random.NextBelow((ulong)last + 1);
            var peer = drawn < self ? drawn : drawn + 1;
            peers[i] = i > 0 && peers[..i].Contains(peer) ? last < self ? last : last + 1 : peer;
        }
    }
}
