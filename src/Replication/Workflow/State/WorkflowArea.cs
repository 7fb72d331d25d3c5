namespace Consensus.Replication.Workflow;

/// <summary>The first byte of a key in the tree: what kind of record it leads to. Part of the snapshot format.</summary>
internal enum WorkflowArea : byte
{
    /// <summary>Case id → case.</summary>
    Case = 1,

    /// <summary>Graph name → digest of the graph deployed under it.</summary>
    DeployedGraph = 2,

    /// <summary>Graph digest → graph, once for all cases that share it.</summary>
    Graph = 3,

    /// <summary>Graph digest → how many cases and deployments use it.</summary>
    GraphUse = 4,

    /// <summary>Policy name → policy.</summary>
    Policy = 5,

    /// <summary>Overlay name → overlay as deployed last.</summary>
    Overlay = 6,

    /// <summary>Graph name, 0, state → number of cases.</summary>
    CasesInState = 7,

    /// <summary>Area → number of records in it, for the areas that are limited.</summary>
    Count = 8,

    /// <summary>Operation name, 0, key → the operation's own data.</summary>
    OperationData = 9,
}
