namespace Consensus.Storage.Reconciliation;

/// <summary>What is done about a <see cref="ReconciliationCase"/>.</summary>
internal enum ReconciliationAction
{
    /// <summary>Snapshot and log stay as they are.</summary>
    Keep,

    /// <summary>The log is begun anew after the snapshot; its entries are void.</summary>
    Rebase,

    /// <summary>The replica does not start: going on would lose what it has promised to keep.</summary>
    Refuse,
}
