using Consensus.AspNetCore.Problems;
using Consensus.AspNetCore.Requests;
using Consensus.Replication.Workflow;

namespace Consensus.AspNetCore.Workflow;

/// <summary>A policy: which transitions it speaks about, and what it requires of them.</summary>
internal sealed record PolicyDocument
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>It speaks about cases whose id begins with this; absent: all.</summary>
    public string? CasePrefix { get; init; }

    /// <summary>It speaks about cases with a graph of this name; absent: all.</summary>
    public string? Graph { get; init; }

    /// <summary>It speaks about transitions from these states; absent or empty: all.</summary>
    public IReadOnlyList<string>? From { get; init; }

    /// <summary>It speaks about transitions to these states; absent or empty: all.</summary>
    public IReadOnlyList<string>? To { get; init; }

    /// <summary>What must hold; nothing: no such transition is allowed.</summary>
    public IReadOnlyList<ConditionDocument>? Requires { get; init; }

    /// <summary>The document for a policy.</summary>
    public static PolicyDocument Of(Policy policy) => new()
    {
        Name = policy.Name,
        CasePrefix = policy.CasePrefix,
        Graph = policy.Graph,
        From = policy.From,
        To = policy.To,
        Requires = [.. policy.Requires.Select(ConditionDocument.Of)],
    };

    /// <summary>The policy that the document describes.</summary>
    public Parsed<Policy> ToPolicy()
    {
        var conditions = new List<PolicyCondition>();
        foreach (var document in Requires ?? [])
        {
            if (document is null)
            {
                return ProblemType.MalformedRequest.With("A condition is null.");
            }

            if (!document.ToCondition().Try(out var condition, out var problem))
            {
                return problem;
            }

            conditions.Add(condition);
        }

        return new Policy(Name)
        {
            CasePrefix = CasePrefix ?? "",
            Graph = Graph ?? "",
            From = ValueList.From(From),
            To = ValueList.From(To),
            Requires = ValueList.From(conditions),
        };
    }
}
