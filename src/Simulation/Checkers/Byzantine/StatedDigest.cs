using Consensus.Cryptography;

namespace Consensus.Simulation.Checkers.Byzantine;

/// <summary>What a replica has put its signature to, in a message of its own.</summary>
/// <param name="Kind">What is said.</param>
/// <param name="View">In which view.</param>
/// <param name="Sequence">About which number or height.</param>
/// <param name="Hash">About what.</param>
internal readonly record struct StatedDigest(StatementKind Kind, ViewNumber View, SequenceNumber Sequence, Digest Hash)
{
    /// <summary>Where nothing else may be said: the same for all statements of which a correct member signs one (<see cref="ExclusiveStatements"/>); none if it may sign several.</summary>
    public (StatementKind Kind, ViewNumber View, SequenceNumber Sequence)? Place => ExclusiveStatements.PlaceOf(Kind) switch
    {
        ExclusivePlace.None => null,
        ExclusivePlace.View => (Kind, View, default),
        ExclusivePlace.Sequence => (Kind, default, Sequence),
        ExclusivePlace.ViewAndSequence => (Kind, View, Sequence),
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} of {Hash.ToString()[..8]} as {Sequence} in view {View}";
}
