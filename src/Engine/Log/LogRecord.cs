namespace Consensus.Engine;

/// <summary>One record of the write-ahead log.</summary>
/// <param name="Kind">What the record says; which of the other fields count follows from it.</param>
/// <param name="Lsn">Its position in the write-ahead log.</param>
/// <param name="Entry">
/// <see cref="LogRecordKind.Entry"/>: the entry. <see cref="LogRecordKind.Truncate"/>: <see cref="LogEntry.Index"/> is the first void
/// one. <see cref="LogRecordKind.Base"/>: index, term and chain hash of the last entry that the snapshot covers.
/// </param>
/// <param name="Slot"><see cref="LogRecordKind.Slot"/>: the slot's number, given by the engine.</param>
/// <param name="Value"><see cref="LogRecordKind.Slot"/>: the value; empty removes the slot.</param>
public readonly record struct LogRecord(LogRecordKind Kind, Lsn Lsn, LogEntry Entry, ulong Slot, ReadOnlyMemory<byte> Value);
