namespace Consensus.Storage.Files;

/// <summary>Tells a full disk from other failures.</summary>
internal static class DiskErrors
{
    /// <summary>ENOSPC.</summary>
    public const int NoSpace = 28;

    /// <summary>EDQUOT on Linux.</summary>
    public const int NoQuota = 122;

    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    /// <summary>Whether the framework's exception means that there is no space: it carries errno, on Windows the system's code.</summary>
    public static bool IsDiskFull(IOException exception) => OperatingSystem.IsWindows()
        ? exception.HResult is WindowsDiskFull or WindowsHandleDiskFull
        : exception.HResult is NoSpace or NoQuota;
}
