namespace Consensus.Replication.Workflow;

/// <summary>How a property is compared with a policy's value.</summary>
public enum PropertyComparison
{
    /// <summary>It is the same.</summary>
    Equal = 0,

    /// <summary>It is there and differs.</summary>
    NotEqual = 1,

    /// <summary>It is smaller.</summary>
    Less = 2,

    /// <summary>It is smaller or the same.</summary>
    LessOrEqual = 3,

    /// <summary>It is larger.</summary>
    Greater = 4,

    /// <summary>It is larger or the same.</summary>
    GreaterOrEqual = 5,
}
