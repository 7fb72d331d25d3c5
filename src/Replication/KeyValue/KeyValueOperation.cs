namespace Consensus.Replication.KeyValue;

/// <summary>What a command asks for. The numbers are part of the log's format.</summary>
internal enum KeyValueOperation : byte
{
    Put = 1,
    Delete = 2,
    CompareAndSwap = 3,
}
