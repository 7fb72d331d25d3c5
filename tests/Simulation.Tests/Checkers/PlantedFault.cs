namespace Consensus.Simulation.Tests.Checkers;

/// <summary>What is wrong with a <see cref="PlantedMachine"/>.</summary>
public enum PlantedFault
{
    /// <summary>Some commands are answered, and change nothing.</summary>
    ForgetsWrites,

    /// <summary>Queries see the state before the last command.</summary>
    ShowsOldState,

    /// <summary>One replica in five answers otherwise.</summary>
    AnswersDiffer,
}
