namespace Consensus.Replication.Workflow;

/// <summary>What a query is about.</summary>
internal enum RecordKind : byte
{
    Case = 1,
    Graph = 2,
    Policy = 3,
    Overlay = 4,
}
