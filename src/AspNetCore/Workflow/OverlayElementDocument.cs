using Consensus.AspNetCore.Problems;
using Consensus.AspNetCore.Requests;
using Consensus.Replication.Workflow;

namespace Consensus.AspNetCore.Workflow;

/// <summary>One change of an overlay. Exactly one member is there.</summary>
internal sealed record OverlayElementDocument
{
    /// <summary>Deploys a state graph.</summary>
    public GraphDocument? DefineGraph { get; init; }

    /// <summary>Takes a deployed state graph away.</summary>
    public string? RemoveGraph { get; init; }

    /// <summary>Puts a policy in force.</summary>
    public PolicyDocument? ApplyPolicy { get; init; }

    /// <summary>Takes a policy out of force.</summary>
    public string? RemovePolicy { get; init; }

    /// <summary>Opens a case.</summary>
    public CreateCaseDocument? CreateCase { get; init; }

    /// <summary>The change that the document describes.</summary>
    public Parsed<OverlayElement> ToElement()
    {
        OverlayElement?[] named =
        [
            DefineGraph is null ? null : new DefineGraph(DefineGraph.ToGraph()),
            RemoveGraph is null ? null : new RemoveGraph(RemoveGraph),
            RemovePolicy is null ? null : new RemovePolicy(RemovePolicy),
        ];
        var elements = named.OfType<OverlayElement>().ToList();
        if (CreateCase is not null)
        {
            if (!CreateCase.ToCommand().Try(out var opening, out var malformed))
            {
                return malformed;
            }

            elements.Add(opening);
        }

        if (ApplyPolicy is not null)
        {
            if (!ApplyPolicy.ToPolicy().Try(out var policy, out var problem))
            {
                return problem;
            }

            elements.Add(new ApplyPolicy(policy));
        }

        return elements is [var element]
            ? element
            : ProblemType.MalformedRequest.With(
                "An element of an overlay must be one of {\"define_graph\":…}, {\"remove_graph\":NAME}, {\"apply_policy\":…}, {\"remove_policy\":NAME}, {\"create_case\":…}.");
    }
}
