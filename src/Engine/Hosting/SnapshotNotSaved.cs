namespace Consensus.Engine;

/// <summary>Tells the loop that there was no space for a snapshot.</summary>
internal sealed record SnapshotNotSaved
{
    private SnapshotNotSaved()
    {
    }

    public static SnapshotNotSaved Instance { get; } = new();
}
