namespace Consensus.Replication.State;

/// <summary>A branch on the way, and the first slot that is still to be visited.</summary>
internal readonly record struct BranchCursor(Branch Branch, int Slot);
