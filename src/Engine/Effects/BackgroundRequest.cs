namespace Consensus.Engine;

/// <summary>Work on files or on the state that a core asks for, and whose outcome comes back as an input. The set of kinds is closed.</summary>
public abstract record BackgroundRequest
{
    private protected BackgroundRequest()
    {
    }
}
