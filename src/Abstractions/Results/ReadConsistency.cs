namespace Consensus;

/// <summary>How current an answer must be.</summary>
public enum ReadConsistency
{
    /// <summary>Reflects every command acknowledged before the query was asked.</summary>
    Linearizable,

    /// <summary>Reflects what this replica has applied: fast, possibly old, never undone.</summary>
    Stale,
}
