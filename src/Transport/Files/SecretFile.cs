namespace Consensus.Transport;

/// <summary>A file whose content nobody else may know.</summary>
internal static class SecretFile
{
    private const UnixFileMode OthersOrGroupWrite =
        UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.GroupWrite;

    /// <summary>Why a file is not closed enough, and what is allowed; null if it is, or is not there.</summary>
    /// <remarks>What others can read is no secret: better to say so at once than to be impersonated later.</remarks>
    public static string? WhyOpen(string file)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(file))
        {
            return null;
        }

        var mode = File.GetUnixFileMode(file);
        return (mode & OthersOrGroupWrite) == UnixFileMode.None
            ? null
            : $"which has the mode {Convert.ToString((int)mode, 8)}; allowed: a file that only its owner can write and nobody beyond its group can read, such as 600.";
    }
}
