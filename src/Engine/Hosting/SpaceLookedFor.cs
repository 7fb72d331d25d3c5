namespace Consensus.Engine;

/// <summary>Tells the loop that the log has tried to get space again.</summary>
internal sealed record SpaceLookedFor
{
    private SpaceLookedFor()
    {
    }

    public static SpaceLookedFor Instance { get; } = new();
}
