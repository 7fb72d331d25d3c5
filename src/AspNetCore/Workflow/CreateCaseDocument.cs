using Consensus.AspNetCore.Json;
using Consensus.AspNetCore.Problems;
using Consensus.AspNetCore.Requests;
using Consensus.Replication.Workflow;

namespace Consensus.AspNetCore.Workflow;

/// <summary>The body of <c>POST /v1/cases</c>, and an element of an overlay.</summary>
internal sealed record CreateCaseDocument
{
    /// <summary>An id that no case has.</summary>
    public required string Id { get; init; }

    /// <summary>Its own state graph; or else <see cref="DeployedGraph"/>.</summary>
    public GraphDocument? Graph { get; init; }

    /// <summary>The name of a deployed state graph.</summary>
    public string? DeployedGraph { get; init; }

    /// <summary>Its first properties.</summary>
    public Dictionary<string, Blob>? Properties { get; init; }

    /// <summary>The command.</summary>
    public Parsed<CreateCase> ToCommand()
    {
        // A dictionary's values are not checked for null as its owner's members are.
        if (Properties?.FirstOrDefault(pair => pair.Value is null).Key is { } empty)
        {
            return ProblemType.MalformedRequest.With($"The property '{empty}' is null; leave it out.");
        }

        return new CreateCase(Id)
        {
            Graph = Graph?.ToGraph(),
            DeployedGraph = DeployedGraph,
            Properties = ValueList.From(Properties?.Select(pair => new Property(pair.Key, new PropertyValue(pair.Value.Bytes)))),
        };
    }
}
