using System.Diagnostics;

namespace Consensus.Hybrid.Selection;

/// <summary>The names under which configurations know the engines.</summary>
public static class SelectableEngineNames
{
    /// <summary>The name of an engine under <c>Consensus:Algorithm</c>.</summary>
    public static string Name(this SelectableEngine engine) => engine switch
    {
        SelectableEngine.Raft => "raft",
        SelectableEngine.Pbft => "pbft",
        SelectableEngine.HotStuff => "hotstuff",
        SelectableEngine.Gossip => "gossip",
        _ => throw new UnreachableException($"There is no engine {(int)engine}."),
    };
}
