namespace Consensus.Simulation.Disk;

/// <summary>A change of a folder's list of names that was not flushed yet.</summary>
/// <param name="Removed">The name that went.</param>
/// <param name="Added">The name that came.</param>
/// <param name="Content">What it names.</param>
internal sealed record NameChange(string? Removed, string? Added, SimulatedContent? Content)
{
    public bool IsIn(string folder) => Path.GetDirectoryName(Removed ?? Added) == folder;

    public void ApplyTo(SortedDictionary<string, SimulatedContent> names)
    {
        if (Removed is not null)
        {
            names.Remove(Removed);
        }

        if (Added is not null)
        {
            names[Added] = Content!;
        }
    }
}
