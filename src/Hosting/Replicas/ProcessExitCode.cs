namespace Consensus.Hosting;

/// <summary>The exit code of this process.</summary>
internal sealed class ProcessExitCode : IExitCode
{
    public void Fail()
    {
        if (Environment.ExitCode == 0)
        {
            Environment.ExitCode = 1;
        }
    }
}
