namespace Consensus.Cli.Tests;

/// <summary>
/// What this run's processes are told about compiling. Most live for seconds, and compile half of what they run a second time, for a speed that comes too late: without it they take about
/// 40 % less processor time. Whoever lives longer gets there as well. Nothing else about them differs from what ships.
/// </summary>
[SetUpFixture]
public sealed class ShortLives
{
    /// <summary>How long nothing new may have been compiled before what is called often is compiled again: 10 s, in milliseconds, hexadecimal as the runtime reads it.</summary>
    private const string Delay = "2710";

    [OneTimeSetUp]
    public void Tell() => Environment.SetEnvironmentVariable("DOTNET_TC_CallCountingDelayMs", Delay);
}
