namespace Consensus.Replication.Workflow;

/// <summary>
/// The bounds of the workflow machine. They are part of the replicated state's rules: the same on every replica of a cluster, because they
/// decide which commands are rejected.
/// </summary>
public sealed record WorkflowLimits
{
    /// <summary>The longest id of a case, in UTF-8 bytes.</summary>
    public const int CaseIdBytesMax = 256;

    /// <summary>The longest name of a state, graph, policy, overlay, operation or property, in UTF-8 bytes.</summary>
    public const int NameBytesMax = 128;

    /// <summary>The longest key of a custom operation's own data, in bytes.</summary>
    public const int OperationKeyBytesMax = 256;

    /// <summary>The most records that one page of a list holds.</summary>
    public const int PageMax = 1_000;

    /// <summary>A page of a list ends with the first record that makes it longer than this.</summary>
    public const int PageBytesMax = 1 << 20;

    /// <summary>The limits that are used unless others are given.</summary>
    public static WorkflowLimits Default { get; } = new();

    /// <summary>The longest command, in bytes.</summary>
    /// <value>1 MiB.</value>
    public int CommandBytesMax { get; init; } = 1 << 20;

    /// <summary>The most cases at a time; finished ones count until they are removed.</summary>
    /// <value>10,000,000.</value>
    public int CasesMax { get; init; } = 10_000_000;

    /// <summary>The most properties of a case.</summary>
    /// <value>64.</value>
    public int PropertiesMax { get; init; } = 64;

    /// <summary>The longest value of a property, in bytes.</summary>
    /// <value>64 KiB.</value>
    public int PropertyBytesMax { get; init; } = 64 << 10;

    /// <summary>The largest case, in bytes as it is stored.</summary>
    /// <value>256 KiB.</value>
    public int CaseBytesMax { get; init; } = 256 << 10;

    /// <summary>The most states of a graph.</summary>
    /// <value>256.</value>
    public int GraphStatesMax { get; init; } = 256;

    /// <summary>The most transitions of a graph.</summary>
    /// <value>1,024.</value>
    public int GraphTransitionsMax { get; init; } = 1_024;

    /// <summary>The most graphs that are deployed under a name.</summary>
    /// <value>1,024.</value>
    public int GraphsMax { get; init; } = 1_024;

    /// <summary>The most policies. Each update of a case looks at all of them.</summary>
    /// <value>256.</value>
    public int PoliciesMax { get; init; } = 256;

    /// <summary>The most states that a policy names on either side of a transition.</summary>
    /// <value>64.</value>
    public int PolicyStatesMax { get; init; } = 64;

    /// <summary>The most conditions of a policy.</summary>
    /// <value>16.</value>
    public int PolicyConditionsMax { get; init; } = 16;

    /// <summary>The most overlays.</summary>
    /// <value>1,024.</value>
    public int OverlaysMax { get; init; } = 1_024;

    /// <summary>The most elements of an overlay.</summary>
    /// <value>256.</value>
    public int OverlayElementsMax { get; init; } = 256;

    /// <summary>The longest value in a custom operation's own data, in bytes.</summary>
    /// <value>64 KiB.</value>
    public int OperationValueBytesMax { get; init; } = 64 << 10;

    /// <summary>The most writes of one run of a custom operation, to cases and to its own data together.</summary>
    /// <value>1,024.</value>
    public int OperationWritesMax { get; init; } = 1_024;

    /// <summary>The longest result of a custom operation, in bytes. Results are kept in the session table.</summary>
    /// <value>16 KiB.</value>
    public int ResultBytesMax { get; init; } = 16 << 10;
}
