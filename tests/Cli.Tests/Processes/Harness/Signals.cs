using System.Diagnostics;
using System.Globalization;

namespace Consensus.Cli.Tests.Processes.Harness;

/// <summary>Sends signals to processes of the tests.</summary>
internal static class Signals
{
    /// <summary>Sends one signal to several processes, one right after the other.</summary>
    /// <param name="signal">Its name, such as <c>KILL</c>.</param>
    /// <param name="processes">Their ids.</param>
    public static async Task SendAsync(string signal, params IEnumerable<int> processes)
    {
        using var kill = Process.Start("kill", [$"-{signal}", .. processes.Select(id => id.ToString(CultureInfo.InvariantCulture))]);
        await kill.WaitForExitAsync();
        Assert.That(kill.ExitCode, Is.Zero, $"SIG{signal} was sent");
    }
}
