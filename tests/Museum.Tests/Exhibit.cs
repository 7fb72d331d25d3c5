using Consensus.Simulation.Runs;

namespace Consensus.Museum.Tests;

/// <summary>A classic bug that can be put into the production code, and what must find it.</summary>
internal sealed record Exhibit
{
    /// <summary>The pitfall's number in <c>tests/Raft.Tests/README.md</c>, and a few words.</summary>
    public required string Name { get; init; }

    /// <summary>What goes wrong, in one sentence.</summary>
    public required string Bug { get; init; }

    /// <summary>Who had it.</summary>
    public required string Origin { get; init; }

    /// <summary>The bug.</summary>
    public required IReadOnlyList<Mutation> Mutations { get; init; }

    /// <summary>Under which conditions it shows.</summary>
    public required Func<SimulationOptions> Conditions { get; init; }

    /// <summary>
    /// Where the search begins: at a seed that shows the bug, where the first ones do not, so that a test run need not play those before it. When seeds play otherwise, it is still found, a little later, or
    /// much later (P6 has then taken minutes): the search should begin anew at the seed that the test writes out.
    /// </summary>
    public ulong FirstSeed { get; init; } = 1;

    /// <summary>The checkers that find it for the right reason. A violation of another one is a failure of the test.</summary>
    public required IReadOnlyList<string> FoundBy { get; init; }

    /// <summary>Whether clients can see it: then histories of runs with it can be written, for others to reject.</summary>
    public bool BreaksLinearizability { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
