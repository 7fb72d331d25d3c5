using Consensus.Engine;

namespace Consensus.Hybrid;

/// <summary>Lets something pass for each member once in a while, whatever it sends.</summary>
/// <param name="interval">How long that is.</param>
internal sealed class MemberPace(TimeSpan interval)
{
    private static readonly TimeSpan MessageInterval = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<NodeId, Ticks> _again = [];

    /// <summary>The pace of messages that may get lost, and of which one is enough.</summary>
    public MemberPace()
        : this(MessageInterval)
    {
    }

    /// <summary>Whether it is time again.</summary>
    public bool MayPass(NodeId member, Ticks now)
    {
        if (_again.TryGetValue(member, out var at) && now < at)
        {
            return false;
        }

        _again[member] = now + interval;
        return true;
    }
}
