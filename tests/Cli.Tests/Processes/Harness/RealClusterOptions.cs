using System.Text.Json.Nodes;

namespace Consensus.Cli.Tests.Processes.Harness;

/// <summary>What a test's cluster is like.</summary>
internal sealed record RealClusterOptions
{
    public string Algorithm { get; init; } = Algorithms.Raft;

    public int Nodes { get; init; } = 3;

    /// <summary>Whether the nodes talk through TLS, as they do unless an operator says otherwise.</summary>
    public bool Tls { get; init; } = true;

    /// <summary>
    /// Changes a node's section of settings. The data folder is then created by the node's first start, so that what is set for its layout
    /// holds from the beginning; otherwise <c>init</c> has created it.
    /// </summary>
    public Action<uint, JsonObject>? Configure { get; init; }

    /// <summary>What starts a node's process, such as a program that puts it into a network of its own; nothing: it is started directly.</summary>
    public Func<uint, IReadOnlyList<string>> Launcher { get; init; } = _ => [];
}
