using Consensus.Engine;
using Consensus.Simulation.Disk;

namespace Consensus.Storage.Tests.Files;

/// <summary>Power goes off as a disk begins one of its actions: that one does not happen, and none after it.</summary>
internal sealed class PowerLoss
{
    private const int Mixtures = 42;

    private readonly List<DiskAction> _actions = [];

    /// <param name="disk">The disk.</param>
    /// <param name="step">The action that does not happen, counted from now; 1 is the next.</param>
    public PowerLoss(SimulatedDisk disk, int step) => disk.OnAction = action =>
    {
        if (IsOff)
        {
            throw new PowerLossException();
        }

        _actions.Add(action);
        if (_actions.Count == step)
        {
            IsOff = true;
            throw new PowerLossException();
        }
    };

    public bool IsOff { get; private set; }

    /// <summary>How many actions happened, the last one perhaps not.</summary>
    public int Steps => _actions.Count;

    /// <summary>What may be found on a disk that has lost power: all that was not flushed is lost, or there, or mixtures with torn sectors.</summary>
    public static IEnumerable<(string Fate, SimulatedDisk Found)> Outcomes(SimulatedDisk disk)
    {
        yield return ("nothing unflushed is kept", After(disk, Survival.Nothing.Begin()));
        yield return ("everything unflushed is kept", After(disk, Survival.Everything.Begin()));
        for (var seed = 1UL; seed <= Mixtures; seed++)
        {
            yield return ($"unflushed parts are kept by seed {seed}", After(disk, new RandomSurvival(new DeterministicRandom(seed), new DiskLoss(0.5, 0.2))));
        }
    }

    public override string ToString() => _actions.Count == 0 ? "before any step" : $"step {Steps}: {_actions[^1]} ({(IsOff ? "not done" : "done")})";

    private static SimulatedDisk After(SimulatedDisk disk, ISurvival survival)
    {
        var found = disk.Fork();
        found.Crash(survival);
        return found;
    }
}
