namespace Consensus.Engine;

/// <summary>Staged records on their way to the disk.</summary>
public interface ILogBatch
{
    /// <summary>The position of the batch's last record.</summary>
    Lsn LastLsn { get; }

    /// <summary>The size of the batch in bytes.</summary>
    int Length { get; }
}
