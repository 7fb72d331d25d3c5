using System.Net;

namespace Consensus.Transport.Tests;

/// <summary>A resolver that does as it is told, and remembers what it was asked.</summary>
internal sealed class ScriptedResolver(Func<NodeId, CancellationToken, ValueTask<IReadOnlyList<EndPoint>>> answer) : IPeerResolver
{
    private readonly Lock _gate = new();
    private readonly List<(NodeId Peer, string Address)> _asked = [];

    /// <summary>Answers the same end points always.</summary>
    public ScriptedResolver(params EndPoint[] endPoints)
        : this((_, _) => new(endPoints))
    {
    }

    public IReadOnlyList<(NodeId Peer, string Address)> Asked
    {
        get
        {
            lock (_gate)
            {
                return [.. _asked];
            }
        }
    }

    public ValueTask<IReadOnlyList<EndPoint>> ResolveAsync(NodeId peer, string address, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _asked.Add((peer, address));
        }

        return answer(peer, cancellationToken);
    }
}
