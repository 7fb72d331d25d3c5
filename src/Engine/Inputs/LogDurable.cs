namespace Consensus.Engine;

/// <summary>
/// The log is on disk up to and including <paramref name="Lsn"/>. Positions are never used twice, so a completion cannot be mistaken for
/// one of a record that has been overwritten since.
/// </summary>
/// <param name="Lsn">The last durable record.</param>
public sealed record LogDurable(Lsn Lsn) : Input;
