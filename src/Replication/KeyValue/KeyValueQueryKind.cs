namespace Consensus.Replication.KeyValue;

/// <summary>What a query asks for.</summary>
internal enum KeyValueQueryKind : byte
{
    Get = 1,
    Scan = 2,
}
