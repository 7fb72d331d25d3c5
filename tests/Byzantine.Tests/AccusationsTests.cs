namespace Consensus.Byzantine.Tests;

/// <summary>Who is told of, how often, and on what grounds.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AccusationsTests
{
    private static readonly NodeId Liar = new(4);
    private readonly SomeState _state = new();

    [Test]
    public void Two_statements_for_one_place_are_handed_over_as_evidence_that_anybody_can_check()
    {
        Report(Sign(4, 1, 7), Sign(4, 2, 7));

        var evidence = _state.Effects.Evidence.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(EvidenceVerifier.Verify(evidence, Samples.Verifier().Members, Samples.Keys, out var defect), Is.True, defect?.Detail);
            Assert.That(_state.Effects.Events, Is.EqualTo(new[] { new EquivocationDetected(Liar, "prepare of block 7 in view 3", evidence.ComputeDigest()) }));
        }
    }

    [Test]
    public void One_place_is_told_once_whatever_else_is_signed_there()
    {
        Report(Sign(4, 1, 7), Sign(4, 2, 7));
        Report(Sign(4, 1, 7), Sign(4, 3, 7));

        Assert.That(Told, Is.EqualTo((1, 1)));
    }

    [Test]
    public void Another_kind_another_place_and_another_culprit_are_told_as_well()
    {
        Report(Sign(4, 1, 7), Sign(4, 2, 7));
        Report(Sign(4, 1, 8), Sign(4, 2, 8));
        Report(Sign(4, 1, 7, kind: StatementKind.PbftCommit), Sign(4, 2, 7, kind: StatementKind.PbftCommit));
        Report(Sign(3, 1, 7), Sign(3, 2, 7));

        Assert.That(Told, Is.EqualTo((4, 4)));
    }

    [Test]
    public void A_checkpoint_is_one_place_in_all_views_and_a_vote_in_HotStuff_at_all_heights()
    {
        Report(Sign(4, 1, 7, view: 1, StatementKind.Checkpoint), Sign(4, 2, 7, view: 2, StatementKind.Checkpoint));
        Report(Sign(4, 1, 7, view: 3, StatementKind.Checkpoint), Sign(4, 2, 7, view: 4, StatementKind.Checkpoint));
        Report(Sign(4, 1, 7, kind: StatementKind.HotStuffVote), Sign(4, 2, 8, kind: StatementKind.HotStuffVote));
        Report(Sign(4, 1, 9, kind: StatementKind.HotStuffVote), Sign(4, 2, 9, kind: StatementKind.HotStuffVote));

        Assert.That(Told, Is.EqualTo((2, 2)));
    }

    [Test]
    public void A_flood_of_contradictions_of_one_member_ends_and_hides_nobody_else()
    {
        for (var number = 1UL; number <= 10 * Accusations.ToldMax; number++)
        {
            Report(Sign(4, 1, number), Sign(4, 2, number));
        }

        var flood = Told;
        Report(Sign(3, 1, 7), Sign(3, 2, 7));

        Assert.That((flood, Told), Is.EqualTo(((Accusations.ToldMax, Accusations.ToldMax), (Accusations.ToldMax + 1, Accusations.ToldMax + 1))));
    }

    [Test]
    public void Nobody_is_accused_without_two_signatures_of_its_own()
    {
        var other = Sign(4, 2, 7);
        Report(Sign(4, 1, 7), other with { Signature = Sign(3, 2, 7).Signature });
        Report(Sign(4, 1, 7), other with { Signer = new NodeId(3) });
        Report(other with { Signer = new NodeId(9) }, Sign(4, 1, 7) with { Signer = new NodeId(9) });
        Report(Sign(4, 1, 7), Sign(4, 1, 7));
        Report(Sign(4, 1, 7), Sign(4, 2, 8));
        Report(Sign(4, 1, 7, kind: StatementKind.PbftViewChange), Sign(4, 2, 7, kind: StatementKind.PbftViewChange));
        Assert.That(Told, Is.EqualTo((0, 0)));

        Report(Sign(4, 1, 7), other);
        Assert.That(Told, Is.EqualTo((1, 1)), "what proved nothing does not stand in the way of what does");
    }

    private (int Evidence, int Events) Told => (_state.Effects.Evidence.Count, _state.Effects.Events.OfType<EquivocationDetected>().Count());

    private static SignedStatement Sign(uint signer, byte content, ulong number, ulong view = 3, StatementKind kind = StatementKind.PbftPrepare)
    {
        var identity = Samples.Identity(signer);
        var statement = identity.Say(kind, new ViewNumber(view), new SequenceNumber(number), Blake3.Hash([content]));
        return new SignedStatement(statement, new NodeId(signer), identity.Sign(kind, statement.View, statement.Sequence, statement.Hash));
    }

    private void Report(in SignedStatement one, in SignedStatement other) => _state.Accusations.Report(one, other);
}
