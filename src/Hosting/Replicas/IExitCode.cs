namespace Consensus.Hosting;

/// <summary>What the process answers when it ends.</summary>
internal interface IExitCode
{
    /// <summary>Says that the process has failed, unless it says something else already.</summary>
    void Fail();
}
