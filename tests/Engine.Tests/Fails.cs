using NUnit.Framework.Constraints;

namespace Consensus.Engine.Tests;

/// <summary>The replica's own exception, with the reason that a machine reads.</summary>
internal static class Fails
{
    public static EqualConstraint<ConsensusFailure> With(ConsensusFailure reason) =>
        Throws.TypeOf<ConsensusException>().With.Property(nameof(ConsensusException.Reason)).EqualTo(reason);
}
