using System.Collections.Immutable;

namespace Consensus.Simulation;

/// <summary>Which kinds of faults a run may have. Which of them it has, and how often, is drawn from its seed.</summary>
public sealed class FaultSet
{
    private readonly ImmutableHashSet<FaultKind> _kinds;

    private FaultSet(ImmutableHashSet<FaultKind> kinds) => _kinds = kinds;

    /// <summary>None.</summary>
    public static FaultSet None { get; } = new([]);

    /// <summary>Every kind that machines, networks, clocks and callers have: what a protocol survives whose replicas are honest.</summary>
    public static FaultSet All { get; } = new([.. FaultKind.All]);

    /// <summary>Every kind, also those of replicas that lie, as far as they need not know the protocol.</summary>
    public static FaultSet Everything { get; } = new([.. FaultKind.All, .. FaultKind.Byzantine]);

    /// <summary>The kinds, in the order of <see cref="FaultKind.All"/>, <see cref="FaultKind.Byzantine"/> and <see cref="FaultKind.Scripted"/>.</summary>
    public IEnumerable<FaultKind> Kinds => Known.Where(_kinds.Contains);

    /// <summary>These kinds.</summary>
    public static FaultSet Of(params IEnumerable<FaultKind> kinds) => new([.. kinds]);

    /// <summary>Reads a list of names with commas between them; also <c>all</c> and <c>none</c>, and <c>-name</c> to leave one out of what comes before it.</summary>
    /// <exception cref="FormatException">A name is unknown; the message lists the known ones.</exception>
    public static FaultSet Parse(string text) => Parse(text, All);

    /// <summary>The same for a protocol of which <c>all</c> means all that it survives.</summary>
    /// <param name="text">The list.</param>
    /// <param name="all">What <c>all</c> means.</param>
    /// <exception cref="FormatException">A name is unknown; the message lists the known ones.</exception>
    public static FaultSet Parse(string text, FaultSet all)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(all);
        var kinds = ImmutableHashSet<FaultKind>.Empty;
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            kinds = word switch
            {
                "all" => all._kinds,
                "none" => [],
                ['-', .. var name] => kinds.Remove(Find(name)),
                _ => kinds.Add(Find(word)),
            };
        }

        return new FaultSet(kinds);
    }

    /// <summary>Whether a kind is in the set.</summary>
    public bool Contains(FaultKind kind) => _kinds.Contains(kind);

    /// <summary>The set and further kinds.</summary>
    public FaultSet With(params IEnumerable<FaultKind> kinds) => new(_kinds.Union(kinds));

    /// <summary>The set without a kind.</summary>
    public FaultSet Without(FaultKind kind) => new(_kinds.Remove(kind));

    /// <summary>The kinds of the set that can happen to a group of so many nodes, and that it survives.</summary>
    public FaultSet For(int nodes) => Of(_kinds.Where(kind => kind.NodesMin <= nodes));

    /// <summary>The kinds that are in another set too.</summary>
    public FaultSet Intersect(FaultSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new FaultSet(_kinds.Intersect(other._kinds));
    }

    /// <summary>The names as <see cref="Parse(string)"/> reads them.</summary>
    public override string ToString() => ToString(All);

    /// <summary>The names as <see cref="Parse(string, FaultSet)"/> reads them.</summary>
    /// <param name="all">What <c>all</c> means.</param>
    public string ToString(FaultSet all)
    {
        ArgumentNullException.ThrowIfNull(all);
        return _kinds.Count == 0 ? "none" : _kinds.SetEquals(all._kinds) ? "all" : string.Join(',', Kinds);
    }

    private static IEnumerable<FaultKind> Known => FaultKind.All.Append(FaultKind.Switch).Concat(FaultKind.Byzantine).Concat(FaultKind.Scripted);

    private static FaultKind Find(string name) =>
        Known.FirstOrDefault(kind => kind.Name == name)
        ?? throw new FormatException($"'{name}' is no fault. Allowed are all, none, and {string.Join(", ", FaultKind.All)}; for protocols whose replicas may lie also {string.Join(", ", FaultKind.Byzantine.Concat(FaultKind.Scripted))}; several with commas between them, and -NAME to leave one out.");
}
