using Consensus.AspNetCore.Problems;
using Consensus.AspNetCore.Requests;
using Consensus.Replication.Workflow;

namespace Consensus.AspNetCore.Workflow;

/// <summary>The body of <c>POST /v1/overlays</c>: changes that are deployed all together or not at all.</summary>
internal sealed record OverlayDocument
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>1 or more, and higher than the version deployed before.</summary>
    public required ulong Version { get; init; }

    /// <summary>The changes, in their order.</summary>
    public required IReadOnlyList<OverlayElementDocument> Elements { get; init; }

    /// <summary>The overlay that the document describes.</summary>
    public Parsed<Overlay> ToOverlay()
    {
        var elements = new List<OverlayElement>();
        foreach (var document in Elements)
        {
            if (document is null)
            {
                return ProblemType.MalformedRequest.With("An element of the overlay is null.");
            }

            if (!document.ToElement().Try(out var element, out var problem))
            {
                return problem;
            }

            elements.Add(element);
        }

        return new Overlay(Name, Version, ValueList.From(elements));
    }
}
