using System.Diagnostics;

namespace Consensus.Cli.Tests.Processes.Harness;

/// <summary>A file system of a few megabytes in memory, which can be filled up and emptied.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _ballast;

    private SmallDisk(string path) => (Path, _ballast) = (path, System.IO.Path.Combine(path, "ballast"));

    public string Path { get; }

    /// <summary>Mounts one.</summary>
    /// <param name="path">Where; the folder is created.</param>
    /// <param name="megabytes">How large it is.</param>
    /// <exception cref="IgnoreException">This is not allowed here: the test is skipped.</exception>
    public static SmallDisk Mount(string path, int megabytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("A file system of a given size is mounted with Linux's tmpfs.");
        }

        Directory.CreateDirectory(path);
        var (exitCode, error) = Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "consensus-test", path);
        if (exitCode != 0)
        {
            Assert.Ignore($"Mounting a small file system needs root, and was refused: {error.Trim()}");
        }

        return new SmallDisk(path);
    }

    /// <summary>Takes all the space that is left.</summary>
    public void Fill()
    {
        using var ballast = new FileStream(_ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4096];
        try
        {
            while (true)
            {
                ballast.Write(page);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Gives it back.</summary>
    public void Free() => File.Delete(_ballast);

    /// <summary>Unmounts it, even while files of a process that is just ending are open.</summary>
    public void Dispose()
    {
        var (exitCode, error) = Run("umount", "--lazy", Path);
        Assert.That(exitCode, Is.Zero, error);
    }

    private static (int ExitCode, string Error) Run(string program, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }
}
