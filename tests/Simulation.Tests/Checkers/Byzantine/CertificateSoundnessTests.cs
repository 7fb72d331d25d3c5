using Consensus.Cryptography;
using Consensus.Simulation.Checkers.Byzantine;
using Consensus.Simulation.Checkers.Pbft;
using Consensus.Simulation.Observation;

namespace Consensus.Simulation.Tests.Checkers.Byzantine;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CertificateSoundnessTests
{
    private readonly SignatureRecord _signatures = new();
    private readonly List<QuorumCertificate> _certificates = [];
    private readonly CheckerBed _bed;

    public CertificateSoundnessTests() =>
        _bed = new CheckerBed(observatory => new CertificateSoundness(new PbftInsight(Signed.Members), _ => _certificates, Signed.Members, _signatures, observatory), Signed.Count);

    [Test]
    public void What_a_quorum_has_signed_is_sound()
    {
        Sign(StatementKind.PbftCommit, 1, 2, 3);
        GoBy(StatementKind.PbftCommit, 1, 2, 3);
        _bed.AssertNone();
    }

    [Test]
    public void A_signature_that_an_honest_member_has_never_given_is_found()
    {
        Sign(StatementKind.PbftCommit, 1, 2);
        GoBy(StatementKind.PbftCommit, 1, 2, 3);
        _bed.AssertViolation("node 1 goes by a certificate of PbftCommit of 7 in view 5", "node 3, which is honest, has never signed that");
    }

    [Test]
    public void Of_a_Byzantine_member_nothing_is_asked()
    {
        _bed.World.TurnByzantine(_bed.World.Find(new NodeId(3)));
        Sign(StatementKind.PbftCommit, 1, 2);
        GoBy(StatementKind.PbftCommit, 1, 2, 3);
        _bed.AssertNone();
    }

    [Test]
    public void Too_few_signers_are_found()
    {
        Sign(StatementKind.PbftCommit, 1, 2);
        GoBy(StatementKind.PbftCommit, 1, 2);
        _bed.AssertViolation("nodes 1, 2 have signed it, and 3 are needed");
    }

    [Test]
    public void Among_prepares_the_primary_does_not_count()
    {
        // Node 2 is the primary of view 5.
        Sign(StatementKind.PbftPrepare, 1, 2);
        GoBy(StatementKind.PbftPrepare, 1, 2);
        _bed.AssertViolation("nodes 1 have signed it, and 2 are needed");
    }

    private void Sign(StatementKind kind, params uint[] members)
    {
        foreach (var member in members)
        {
            Signed.Statement(kind, 5, 7, 1).Sign(_signatures.Watch(new NodeId(member), Signed.Signer(member)));
        }
    }

    private void GoBy(StatementKind kind, params uint[] signers)
    {
        _certificates.Add(Signed.Certificate(kind, 5, 7, 1, signers));
        _bed.Turn(1, ReplicaRole.Follower, 5, 0, effects => effects.Save(1, new byte[] { 1 }));
    }
}
