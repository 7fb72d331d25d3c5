using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Consensus.Engine;

/// <summary>A <see cref="WakeEvent"/> on Linux: a word of memory that the kernel lets a thread sleep on (futex(2)).</summary>
/// <remarks>
/// On Linux the runtime's events are a mutex and a condition, signalled with the mutex held: the thread that is woken first of all waits for that mutex, and
/// one hop between two threads costs three switches of the processor. Between a command and its answer there are a dozen hops.
/// </remarks>
internal sealed unsafe partial class FutexWakeEvent : WakeEvent
{
    private const int WaitPrivate = 0 | 128;
    private const int WakePrivate = 1 | 128;
    private const int TimedOut = 110;

    private static readonly nint CallNumber = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 202,
        Architecture.Arm64 => 98,
        _ => 0,
    };

    // Pinned and never freed before the last one who may set it: the array lives as long as this object.
    private readonly int[] _word = GC.AllocateArray<int>(1, pinned: true);

    /// <summary>Whether this process runs where it can be used.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() && CallNumber != 0;

    private int* Word => (int*)Marshal.UnsafeAddrOfPinnedArrayElement(_word, 0);

    /// <inheritdoc/>
    public override void Set()
    {
        Interlocked.Exchange(ref _word[0], 1);
        _ = Call(CallNumber, Word, WakePrivate, 1, null, null, 0);
    }

    /// <inheritdoc/>
    public override bool Wait(TimeSpan limit)
    {
        var until = limit == Timeout.InfiniteTimeSpan ? (long?)null : Stopwatch.GetTimestamp() + Ticks(limit);
        while (Interlocked.Exchange(ref _word[0], 0) == 0)
        {
            if (!Sleep(until))
            {
                return Interlocked.Exchange(ref _word[0], 0) != 0;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        // Nothing but memory, which the collector frees.
    }

    private static long Ticks(TimeSpan span) => (long)(span.TotalSeconds * Stopwatch.Frequency);

    /// <returns>False when the time has passed; true when it is to be looked at again, for whatever reason.</returns>
    private bool Sleep(long? until)
    {
        if (until is not { } end)
        {
            _ = Call(CallNumber, Word, WaitPrivate, 0, null, null, 0);
            return true;
        }

        var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), end);
        if (left <= TimeSpan.Zero)
        {
            return false;
        }

        var time = new TimeSpec { Seconds = (nint)(left.Ticks / TimeSpan.TicksPerSecond), Nanoseconds = (nint)(left.Ticks % TimeSpan.TicksPerSecond * 100) };
        return Call(CallNumber, Word, WaitPrivate, 0, &time, null, 0) == 0 || Marshal.GetLastPInvokeError() != TimedOut;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Call(nint number, int* word, int operation, int value, TimeSpec* timeout, int* word2, int value3);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
