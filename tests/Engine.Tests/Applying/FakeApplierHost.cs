namespace Consensus.Engine.Tests.Applying;

/// <summary>Keeps what the applier tells.</summary>
internal sealed class FakeApplierHost : IApplierHost
{
    public List<AppliedCommand> Commands { get; } = [];

    public List<LogIndex> Applied { get; } = [];

    public List<SnapshotDescriptor> Installed { get; } = [];

    public List<SnapshotDescriptor> Drafts { get; } = [];

    public List<IStateSnapshot> States { get; } = [];

    public List<(LogIndex Index, Digest Hash)> Hashed { get; } = [];

    public void OnCommandApplied(in LogEntry entry, in AppliedCommand command) => Commands.Add(command);

    public void OnApplied(LogIndex index) => Applied.Add(index);

    public void OnStateHashed(LogIndex index, Digest hash) => Hashed.Add((index, hash));

    public void OnInstalled(SnapshotDescriptor snapshot) => Installed.Add(snapshot);

    public void SaveSnapshot(SnapshotDescriptor draft, IStateSnapshot state)
    {
        Drafts.Add(draft);
        States.Add(state);
    }
}
