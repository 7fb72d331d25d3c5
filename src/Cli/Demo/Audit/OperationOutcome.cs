namespace Consensus.Cli.Demo.Audit;

/// <summary>What a client was told about one of its operations.</summary>
internal enum OperationOutcome : byte
{
    /// <summary>Nothing, or that nobody knows: it may have taken effect once, or not at all.</summary>
    Unknown,

    /// <summary>It took effect: from now on it must be found exactly once on every node.</summary>
    Acknowledged,

    /// <summary>It was refused or rejected: it must be found nowhere.</summary>
    Refused,
}
