using Consensus.Simulation.Runs;

namespace Consensus.Museum.Tests;

/// <summary>A classic bug that can be put into the production code, and what must find it.</summary>
internal sealed record Exhibit
{
    /// <summary>Its number in the museum's catalogue, and a few words.</summary>
    public required string Name { get; init; }

    /// <summary>What goes wrong, in one sentence.</summary>
    public required string Bug { get; init; }

    /// <summary>Who had it.</summary>
    public required string Origin { get; init; }

    /// <summary>The bug.</summary>
    public required IReadOnlyList<Mutation> Mutations { get; init; }

    /// <summary>Under which conditions it shows.</summary>
    public required Func<SimulationOptions> Conditions { get; init; }

    /// <summary>The checkers that find it for the right reason. A violation of another one is a failure of the test.</summary>
    public required IReadOnlyList<string> FoundBy { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
