using System.Collections.Immutable;

namespace Consensus.Simulation;

/// <summary>Which kinds of faults a run may have. Which of them it has, and how often, is drawn from its seed.</summary>
public sealed class FaultSet
{
    private readonly ImmutableHashSet<FaultKind> _kinds;

    private FaultSet(ImmutableHashSet<FaultKind> kinds) => _kinds = kinds;

    /// <summary>None.</summary>
    public static FaultSet None { get; } = new([]);

    /// <summary>Every kind.</summary>
    public static FaultSet All { get; } = new([.. FaultKind.All]);

    /// <summary>The kinds, in the order of <see cref="FaultKind.All"/>.</summary>
    public IEnumerable<FaultKind> Kinds => FaultKind.All.Where(_kinds.Contains);

    /// <summary>These kinds.</summary>
    public static FaultSet Of(params IEnumerable<FaultKind> kinds) => new([.. kinds]);

    /// <summary>Reads a list of names with commas between them; also <c>all</c> and <c>none</c>, and <c>-name</c> to leave one out of what comes before it.</summary>
    /// <exception cref="FormatException">A name is unknown; the message lists the known ones.</exception>
    public static FaultSet Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var kinds = ImmutableHashSet<FaultKind>.Empty;
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            kinds = word switch
            {
                "all" => [.. FaultKind.All],
                "none" => [],
                ['-', .. var name] => kinds.Remove(Find(name)),
                _ => kinds.Add(Find(word)),
            };
        }

        return new FaultSet(kinds);
    }

    /// <summary>Whether a kind is in the set.</summary>
    public bool Contains(FaultKind kind) => _kinds.Contains(kind);

    /// <summary>The set without a kind.</summary>
    public FaultSet Without(FaultKind kind) => new(_kinds.Remove(kind));

    /// <summary>The kinds of the set that can happen to a group of so many nodes, and that it survives.</summary>
    public FaultSet For(int nodes) => Of(_kinds.Where(kind => kind.NodesMin <= nodes));

    /// <summary>The names as <see cref="Parse"/> reads them.</summary>
    public override string ToString() => _kinds.Count == 0 ? "none" : _kinds.Count == FaultKind.All.Count ? "all" : string.Join(',', Kinds);

    private static FaultKind Find(string name) =>
        FaultKind.All.FirstOrDefault(kind => kind.Name == name)
        ?? throw new FormatException($"'{name}' is no fault. Allowed are all, none, and {string.Join(", ", FaultKind.All)}; several with commas between them, and -NAME to leave one out.");
}
