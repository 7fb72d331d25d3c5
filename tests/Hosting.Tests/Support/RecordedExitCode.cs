namespace Consensus.Hosting.Tests;

/// <summary>Keeps what would become the exit code of the process.</summary>
internal sealed class RecordedExitCode : IExitCode
{
    public bool HasFailed { get; private set; }

    public void Fail() => HasFailed = true;
}
