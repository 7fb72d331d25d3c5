namespace Consensus.Replication.Workflow;

/// <summary>The first field of a query.</summary>
internal enum QueryKind : byte
{
    /// <summary><c>[kind, record kind, name]</c> → the record or nil.</summary>
    Get = 1,

    /// <summary><c>[kind, record kind, prefix, limit, after]</c> → <c>[[record], more]</c>.</summary>
    List = 2,

    /// <summary><c>[kind, graph name, state]</c> → the number of cases.</summary>
    CountCases = 3,

    /// <summary><c>[kind, case id]</c> → the case's graph or nil.</summary>
    GraphOfCase = 4,
}
