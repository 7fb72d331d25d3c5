namespace Consensus.Client.Workflow;

/// <summary>One change of an overlay as the API reads it. Exactly one member is there.</summary>
internal sealed record OverlayElementDocument
{
    public CaseGraph? DefineGraph { get; init; }

    public string? RemoveGraph { get; init; }

    public Policy? ApplyPolicy { get; init; }

    public string? RemovePolicy { get; init; }

    public CreateCaseDocument? CreateCase { get; init; }

    /// <summary>The document for a change.</summary>
    public static OverlayElementDocument Of(OverlayElement element) => element switch
    {
        DefineGraph e => new() { DefineGraph = e.Graph },
        RemoveGraph e => new() { RemoveGraph = e.Name },
        ApplyPolicy e => new() { ApplyPolicy = e.Policy },
        RemovePolicy e => new() { RemovePolicy = e.Name },
        CreateCase e => new() { CreateCase = CreateCaseDocument.Of(e) },

        // The compiler cannot know that the set of records is closed; a test sends each of them.
        _ => throw new InvalidOperationException($"The element {element.GetType().Name} has no form in the API."),
    };
}
