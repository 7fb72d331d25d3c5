using Consensus.Simulation.Disk;

namespace Consensus.Storage.Tests.Files;

/// <summary>Remembers a disk before each of its actions, so that a test can ask what may be left of it after a crash at any of them.</summary>
internal sealed class DiskHistory
{
    private readonly List<SimulatedDisk> _before = [];
    private readonly List<DiskAction> _actions = [];
    private readonly SimulatedDisk _disk;

    public DiskHistory(SimulatedDisk disk)
    {
        _disk = disk;
        disk.OnAction = action =>
        {
            _before.Add(disk.Fork());
            _actions.Add(action);
        };
    }

    /// <summary>What the disk was asked to do, in order.</summary>
    public IReadOnlyList<DiskAction> Actions => _actions;

    /// <summary>How many actions there were.</summary>
    public int Count => _actions.Count;

    /// <summary>What was written where, in order.</summary>
    public IEnumerable<DiskWrite> Writes =>
        Enumerable.Range(0, Count).Where(i => _actions[i] == DiskAction.Write).Select(i => StateAfter(i + 1).LastWrite);

    /// <summary>The disk after so many actions, as its processes see it.</summary>
    public SimulatedDisk After(int actions) => StateAfter(actions).Fork();

    /// <summary>The disk as it may come up if the machine crashed after so many actions.</summary>
    public SimulatedDisk After(int actions, Survival survival)
    {
        var found = After(actions);
        found.Crash(survival.Begin());
        return found;
    }

    private SimulatedDisk StateAfter(int actions) => actions < Count ? _before[actions] : _disk;
}
