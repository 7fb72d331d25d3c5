using Consensus.AspNetCore.Json;
using Consensus.Replication.Workflow;

namespace Consensus.AspNetCore.Workflow;

/// <summary>A case as it is.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Graph">The name of its state graph.</param>
/// <param name="State">The state it is in.</param>
/// <param name="IsFinal">Whether it has ended.</param>
/// <param name="NextStates">The states that it may enter from here, as far as its graph decides.</param>
/// <param name="Revision">The number of its changes.</param>
/// <param name="CreatedAtMs">When it was opened, in milliseconds since 1970 by the log's clock.</param>
/// <param name="UpdatedAtMs">When it changed last.</param>
/// <param name="Properties">Its properties.</param>
internal sealed record CaseDocument(
    string Id,
    string Graph,
    string State,
    bool IsFinal,
    IReadOnlyList<string> NextStates,
    ulong Revision,
    long CreatedAtMs,
    long UpdatedAtMs,
    IReadOnlyDictionary<string, Blob> Properties)
{
    /// <summary>The document for a case.</summary>
    public static CaseDocument Of(Case found) => new(
        found.Id,
        found.Graph,
        found.State,
        found.IsFinal,
        found.NextStates,
        found.Revision,
        found.CreatedAt.UnixMilliseconds,
        found.UpdatedAt.UnixMilliseconds,
        found.Properties.ToDictionary(property => property.Name, property => new Blob(property.Value.Bytes), StringComparer.Ordinal));
}
