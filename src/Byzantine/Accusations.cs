using Consensus.Cryptography;

namespace Consensus.Byzantine;

/// <summary>
/// Whoever has signed two things of which a correct member signs one is told here, and nowhere else: observers by an event, and whoever keeps evidence by the evidence itself.
/// </summary>
/// <remarks>
/// One contradiction in one place proves as much as all others there, and a member that has been told of <see cref="ToldMax"/> times is faulty beyond doubt: so a liar fills neither the log nor
/// the disk nor this memory, however much it signs.
/// </remarks>
internal sealed class Accusations(OrderingState state)
{
    /// <summary>Of how many places a member's contradictions are told, from one start of the replica to the next.</summary>
    public const int ToldMax = 64;

    private readonly Dictionary<NodeId, HashSet<Place>> _told = [];

    /// <summary>Two votes of one member contradict each other.</summary>
    public void Report(ConflictingVotes conflict) => Report(conflict.First, conflict.Second);

    /// <summary>Two statements contradict each other. If they do not, or if the member has not signed both, they accuse nobody.</summary>
    public void Report(in SignedStatement one, in SignedStatement other)
    {
        if (!EquivocationEvidence.TryCreate(one, other, out var evidence, out _) || IsTold(evidence))
        {
            return;
        }

        // As a rule both have been checked, which is remembered. But an accusation never rests on a rule.
        if (state.Identity.Verifier.Verify(evidence.First) && state.Identity.Verifier.Verify(evidence.Second))
        {
            Note(evidence);
            state.Effects.Keep(evidence);
            state.Effects.Raise(new EquivocationDetected(evidence.Signer, evidence.About, evidence.ComputeDigest()));
        }
    }

    private bool IsTold(EquivocationEvidence evidence) =>
        _told.TryGetValue(evidence.Signer, out var places) && (places.Count == ToldMax || places.Contains(PlaceOf(evidence)));

    private void Note(EquivocationEvidence evidence)
    {
        if (!_told.TryGetValue(evidence.Signer, out var places))
        {
            _told.Add(evidence.Signer, places = []);
        }

        places.Add(PlaceOf(evidence));
    }

    private static Place PlaceOf(EquivocationEvidence evidence)
    {
        var statement = evidence.First.Statement;
        return ExclusiveStatements.PlaceOf(statement.Kind) switch
        {
            ExclusivePlace.View => new Place(statement.Kind, statement.View, SequenceNumber.Zero),
            ExclusivePlace.Sequence => new Place(statement.Kind, ViewNumber.Zero, statement.Sequence),
            ExclusivePlace.ViewAndSequence or ExclusivePlace.None => new Place(statement.Kind, statement.View, statement.Sequence),
        };
    }

    private readonly record struct Place(StatementKind Kind, ViewNumber View, SequenceNumber Sequence);
}
