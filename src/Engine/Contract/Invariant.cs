using System.Diagnostics.CodeAnalysis;

namespace Consensus.Engine;

/// <summary>Checks that stay on in production: a broken one is a bug or damaged memory, and going on could lose data.</summary>
public static class Invariant
{
    /// <summary>Stops the replica if <paramref name="condition"/> does not hold.</summary>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.InvariantViolated"/>.</exception>
    public static void Holds([DoesNotReturnIf(false)] bool condition, string meaning)
    {
        if (!condition)
        {
            throw new ConsensusException(ConsensusFailure.InvariantViolated, $"Invariant broken: {meaning}");
        }
    }
}
