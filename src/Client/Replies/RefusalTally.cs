using Consensus.Client.Calls;
using Consensus.Client.Nodes;

namespace Consensus.Client.Replies;

/// <summary>Which nodes refuse a call for good, and why. One that does may lie; of f+1 that give the same reason one does not.</summary>
/// <param name="ring">Whoever refuses alone is asked later than the others, and first no more.</param>
/// <param name="needed">How many nodes must give the same reason: f+1.</param>
/// <param name="rest">For how long a node is left alone whose refusal is not believed.</param>
internal sealed class RefusalTally(NodeRing ring, int needed, TimeSpan rest)
{
    private readonly Dictionary<NodeEndpoint, (string Code, int Status)> _reasons = [];

    /// <summary>A node has refused. However often it does, it counts once, with its last reason.</summary>
    /// <returns>Whether its reason is believed: as many different nodes give it as are needed.</returns>
    public bool Add(NodeEndpoint node, ApiProblem problem)
    {
        var reason = (problem.Code, problem.Status);
        _reasons[node] = reason;
        if (_reasons.Values.Count(each => each == reason) < needed)
        {
            ring.Failed(node, rest);
            return false;
        }

        foreach (var (agreeing, _) in _reasons.Where(each => each.Value == reason))
        {
            ring.Succeeded(agreeing);
        }

        return true;
    }
}
