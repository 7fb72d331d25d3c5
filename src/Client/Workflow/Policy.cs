namespace Consensus.Client;

/// <summary>
/// A standing rule that vetoes transitions. It speaks about a transition if the case is in its scope, the state left is one of
/// <see cref="From"/> and the state entered one of <see cref="To"/>; then it vetoes unless everything in <see cref="Requires"/> holds.
/// With nothing in <see cref="Requires"/> it vetoes always.
/// </summary>
/// <param name="Name">Policies are asked in the order of their names' UTF-8 bytes; the first that vetoes is the one named.</param>
public sealed record Policy(string Name)
{
    /// <summary>Cases whose id starts so are in scope; empty for all.</summary>
    public string CasePrefix { get; init; } = "";

    /// <summary>Cases of a graph with this name are in scope; empty for all.</summary>
    public string Graph { get; init; } = "";

    /// <summary>The states that are left; empty for any.</summary>
    public IReadOnlyList<string> From { get; init; } = [];

    /// <summary>The states that are entered; empty for any.</summary>
    public IReadOnlyList<string> To { get; init; } = [];

    /// <summary>What must hold, all of it.</summary>
    public IReadOnlyList<PolicyCondition> Requires { get; init; } = [];
}
