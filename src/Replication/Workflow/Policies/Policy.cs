namespace Consensus.Replication.Workflow;

/// <summary>
/// A standing rule that vetoes transitions. It speaks about a transition if the case is in its scope, the state left is one of
/// <see cref="From"/> and the state entered one of <see cref="To"/>; then it vetoes unless everything in <see cref="Requires"/> holds.
/// With nothing in <see cref="Requires"/> it vetoes always.
/// </summary>
/// <remarks>
/// The creation of a case enters the initial state and leaves none: a policy that names a state in <see cref="From"/> does not speak about it,
/// one that names none does. Changes of properties alone are no transition. Conditions look at the properties as they will be after the
/// command.
/// </remarks>
/// <param name="Name">Policies are asked in the order of their names' UTF-8 bytes; the first that vetoes is the one named.</param>
public sealed record Policy(string Name)
{
    /// <summary>Cases whose id starts so are in scope; empty for all.</summary>
    public string CasePrefix { get; init; } = "";

    /// <summary>Cases of a graph with this name are in scope; empty for all.</summary>
    public string Graph { get; init; } = "";

    /// <summary>The states that are left; empty for any.</summary>
    public ValueList<string> From { get; init; }

    /// <summary>The states that are entered; empty for any.</summary>
    public ValueList<string> To { get; init; }

    /// <summary>What must hold, all of it.</summary>
    public ValueList<PolicyCondition> Requires { get; init; }
}
