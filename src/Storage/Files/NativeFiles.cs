using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Consensus.Storage.Files;

/// <summary>What POSIX offers and .NET does not: opening and flushing folders, flushing data only, reserving space.</summary>
internal static partial class NativeFiles
{
    private const int Interrupted = 4;
    private const int CloseOnExecLinux = 0x80000;

    /// <summary>Makes a folder's list of names durable.</summary>
    public static void FlushFolder(string path)
    {
        var descriptor = Open(path, OperatingSystem.IsLinux() ? CloseOnExecLinux : 0);
        if (descriptor < 0)
        {
            throw Failure("open the folder", path);
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        while (FSync(handle) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                throw Failure("flush the folder", path);
            }
        }
    }

    /// <summary>Makes a file's bytes durable, and of its metadata what is needed to read them.</summary>
    public static void FlushData(SafeFileHandle handle, string path)
    {
        while (FDataSync(handle) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                throw Failure("flush", path);
            }
        }
    }

    /// <summary>Reserves space; false if the file system cannot.</summary>
    public static bool TryReserve(SafeFileHandle handle, string path, long offset, long length)
    {
        int error;
        do
        {
            error = PosixFallocate(handle, offset, length);
        }
        while (error == Interrupted);

        return error switch
        {
            0 => true,
            DiskErrors.NoSpace or DiskErrors.NoQuota => throw new DiskFullException($"{path}: there is no space for {length} bytes more."),
            _ => false,
        };
    }

    private static IOException Failure(string what, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        var message = $"{path}: cannot {what}: {new Win32Exception(error).Message} (error {error}).";
        return error is DiskErrors.NoSpace or DiskErrors.NoQuota ? new DiskFullException(message) : new IOException(message, error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FSync(SafeFileHandle descriptor);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FDataSync(SafeFileHandle descriptor);

    [LibraryImport("libc", EntryPoint = "posix_fallocate", SetLastError = false)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int PosixFallocate(SafeFileHandle descriptor, long offset, long length);
}
