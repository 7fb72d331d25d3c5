namespace Consensus;

/// <summary>How the opening of a session ended.</summary>
/// <param name="Refusal"><see cref="RefusalReason.None"/> if it is open, else why not.</param>
/// <param name="Client">The session.</param>
public readonly record struct SessionResult(RefusalReason Refusal, ClientId Client)
{
    /// <summary>Whether the session is open.</summary>
    public bool IsOpen => Refusal == RefusalReason.None;
}
