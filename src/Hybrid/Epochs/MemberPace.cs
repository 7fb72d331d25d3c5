using Consensus.Engine;

namespace Consensus.Hybrid;

/// <summary>Lets something pass for each member once in a while, whatever it sends.</summary>
internal sealed class MemberPace
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<NodeId, Ticks> _again = [];

    /// <summary>Whether it is time again.</summary>
    public bool MayPass(NodeId member, Ticks now)
    {
        if (_again.TryGetValue(member, out var at) && now < at)
        {
            return false;
        }

        _again[member] = now + Interval;
        return true;
    }
}
