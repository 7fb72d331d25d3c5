namespace Consensus.AspNetCore;

/// <summary>The names of headers that this API adds.</summary>
internal static class ApiHeaders
{
    /// <summary>The position in the log that the answer shows: of the command, or of the last entry that the read reflects.</summary>
    public const string Index = "Consensus-Index";
}
