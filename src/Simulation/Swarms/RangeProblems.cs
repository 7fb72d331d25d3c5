using System.Globalization;

namespace Consensus.Simulation.Swarms;

/// <summary>What is wrong with the settings of a swarm, one sentence each.</summary>
internal sealed class RangeProblems
{
    private readonly List<string> _sentences = [];

    public IReadOnlyList<string> Sentences => _sentences;

    public void Check<T>(bool holds, string name, T value, string allowed)
    {
        if (!holds)
        {
            _sentences.Add(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; allowed: {allowed}."));
        }
    }

    /// <summary>Refuses settings with which anything is wrong.</summary>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.InvalidConfiguration"/>: the sentences.</exception>
    public static void Require(IReadOnlyList<string> sentences)
    {
        if (sentences.Count > 0)
        {
            throw new ConsensusException(ConsensusFailure.InvalidConfiguration, string.Join(' ', sentences));
        }
    }
}
