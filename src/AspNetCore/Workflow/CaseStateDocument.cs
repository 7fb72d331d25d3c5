using Consensus.AspNetCore.Json;
using Consensus.Replication.Workflow;

namespace Consensus.AspNetCore.Workflow;

/// <summary>The body of <c>POST /v1/cases/{id}/state</c>.</summary>
internal sealed record CaseStateDocument
{
    /// <summary>The state to enter; <c>null</c> or absent: it stays where it is, and only properties change.</summary>
    public string? To { get; init; }

    /// <summary>What happens to properties: the new value, or <c>null</c> to remove one.</summary>
    public Dictionary<string, Blob?>? Properties { get; init; }

    /// <summary>The revision that the case must have; absent for any.</summary>
    public ulong? ExpectedRevision { get; init; }

    /// <summary>The command for a case.</summary>
    public UpdateCaseState ToCommand(string id) => new(id, To)
    {
        Changes = ValueList.From(Properties?.Select(pair =>
            new PropertyChange(pair.Key, pair.Value is { } value ? new PropertyValue(value.Bytes) : (PropertyValue?)null))),
        ExpectedRevision = ExpectedRevision,
    };
}
