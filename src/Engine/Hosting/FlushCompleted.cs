namespace Consensus.Engine;

/// <summary>Tells the loop that a batch is on disk.</summary>
internal sealed record FlushCompleted(Lsn Lsn);
