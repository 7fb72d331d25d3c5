namespace Consensus.Cli.Tests.Processes.Harness;

/// <summary>What the tests look at in a node's status.</summary>
internal sealed record NodeStatus(uint Node, string Role, uint? Leader, ulong Term, ulong Commit, ulong Applied, ulong Certified, ulong Last, ulong Snapshot, bool AcceptsWrites, ulong Epoch, string? Protocol)
{
    public bool IsLeader => Role == "leader";
}
