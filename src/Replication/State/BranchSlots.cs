using System.Runtime.CompilerServices;

namespace Consensus.Replication.State;

/// <summary>What lies below a branch: the key that ends there, then one subtree for each half byte that may follow.</summary>
[InlineArray(Branch.SlotCount)]
internal struct BranchSlots
{
    private Node? _first;
}
