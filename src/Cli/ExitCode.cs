namespace Consensus.Cli;

/// <summary>What the tool's exit codes mean. Scripts rely on them.</summary>
internal static class ExitCode
{
    /// <summary>It did what was asked.</summary>
    public const int Done = 0;

    /// <summary>It ran and found a violation, or failed.</summary>
    public const int Failed = 1;

    /// <summary>It was called wrongly, and said how.</summary>
    public const int Usage = 2;
}
