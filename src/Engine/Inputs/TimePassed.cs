namespace Consensus.Engine;

/// <summary>Time has passed: a deadline may have been reached.</summary>
public sealed record TimePassed : Input
{
    private TimePassed()
    {
    }

    /// <summary>The only instance.</summary>
    public static TimePassed Instance { get; } = new();
}
