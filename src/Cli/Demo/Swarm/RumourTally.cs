using System.Collections.Concurrent;
using Consensus.Gossip;

namespace Consensus.Cli.Demo.Swarm;

/// <summary>Who was told what, and how often. Safe to use from any number of threads.</summary>
internal sealed class RumourTally(int nodes)
{
    private readonly ConcurrentDictionary<RumourId, ConcurrentDictionary<NodeId, int>> _told = new();

    /// <summary>How many rumours there are.</summary>
    public int Count => _told.Count;

    /// <summary>How many tellings are missing: everybody else is to be told each.</summary>
    public int Missing => _told.Values.Sum(heard => nodes - 1 - heard.Count);

    /// <summary>How many tellings were one too many.</summary>
    public int Repeated => _told.Values.Sum(heard => heard.Values.Sum(times => times - 1));

    /// <summary>A rumour is told.</summary>
    public void OnTold(RumourId rumour) => _told.GetOrAdd(rumour, static _ => new());

    /// <summary>A node was told, perhaps before its teller knows the rumour's name.</summary>
    public void OnHeard(NodeId node, RumourId rumour) => _told.GetOrAdd(rumour, static _ => new()).AddOrUpdate(node, 1, static (_, times) => times + 1);
}
