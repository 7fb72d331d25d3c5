namespace Consensus.Cli.Setup;

/// <summary>The connections between the nodes in a node's configuration file.</summary>
/// <param name="Listen">Where the node listens; left out if its member address says so.</param>
/// <param name="Tls">Its certificate; left out if connections are in the clear.</param>
internal sealed record NodeTransport(string? Listen, NodeTls? Tls)
{
    /// <summary>Where nodes are whom the members do not name; left out if there are none.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? AddressBook { get; init; }
}
