using Microsoft.Win32.SafeHandles;

namespace Consensus.Transport;

/// <summary>A file whose content nobody else may know.</summary>
internal static class SecretFile
{
    /// <summary>The mode of a file that is written for its owner only.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
    private const UnixFileMode Group = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;

    /// <summary>Why a file is not closed enough, and what is allowed; null if it is, or is not there.</summary>
    /// <remarks>What others can read is no secret: better to say so at once than to be impersonated later.</remarks>
    public static string? WhyOpen(string file) =>
        OperatingSystem.IsWindows() || !File.Exists(file)
            ? null
            : WhyOpen(
                File.GetUnixFileMode(file),
                Others | UnixFileMode.GroupWrite,
                "a file that only its owner can write and nobody beyond its group can read, such as 600");

    /// <summary>Why an open file is not closed enough for a secret that is its owner's alone, and what is allowed; null if it is.</summary>
    /// <remarks>Of the file that is open, not of its name, which may name another file by the time that it is read.</remarks>
    public static string? WhyOpenToGroup(SafeFileHandle file) =>
        OperatingSystem.IsWindows() ? null : WhyOpen(File.GetUnixFileMode(file), Others | Group, "a file that nobody but its owner can read or write, such as 600");

    private static string? WhyOpen(UnixFileMode mode, UnixFileMode forbidden, string allowed) =>
        (mode & forbidden) == UnixFileMode.None ? null : $"which has the mode {Convert.ToString((int)mode, 8)}; allowed: {allowed}.";
}
