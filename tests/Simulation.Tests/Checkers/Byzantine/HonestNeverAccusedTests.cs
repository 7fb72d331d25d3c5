using Consensus.Cryptography;
using Consensus.Simulation.Checkers.Byzantine;

namespace Consensus.Simulation.Tests.Checkers.Byzantine;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HonestNeverAccusedTests
{
    private readonly CheckerBed _bed = new(observatory => new HonestNeverAccused(observatory), Signed.Count);

    [Test]
    public void Who_accuses_an_honest_replica_is_found()
    {
        Raise(1, new EquivocationDetected(new NodeId(2), "prepare of block 7", default));
        _bed.AssertViolation("node 1 says that node 2 contradicts itself (prepare of block 7); that one is honest");
    }

    [Test]
    public void An_honest_replica_with_another_state_than_the_certified_one_is_found()
    {
        Raise(1, new StateDiverged(new LogIndex(4), new NodeId(1), CheckerBed.Hash(1), CheckerBed.Hash(2)));
        _bed.AssertViolation("node 1 is honest, and has state");
    }

    [Test]
    public void Who_says_that_an_honest_replica_alters_what_it_passes_on_is_found()
    {
        Raise(1, new TamperingDetected(new NodeId(2), "block 7"));
        _bed.AssertViolation("node 1 says that node 2 alters what it passes on (block 7); that one is honest");
    }

    [Test]
    public void Who_accuses_a_Byzantine_replica_is_right()
    {
        _bed.World.TurnByzantine(_bed.World.Find(new NodeId(2)));
        var (one, other) = (Sign(1), Sign(2));
        Assert.That(EquivocationEvidence.TryCreate(one, other, out var evidence, out var defect), Is.True, defect?.Detail);
        _bed.Turn(1, ReplicaRole.Follower, 1, 0, effects =>
        {
            effects.Keep(evidence!);
            effects.Raise(new EquivocationDetected(new NodeId(2), evidence!.About, evidence.ComputeDigest()));
        });
        _bed.AssertNone();

        static SignedStatement Sign(byte content)
        {
            var statement = Signed.Statement(StatementKind.PbftPrepare, 3, 7, content);
            return new SignedStatement(statement, new NodeId(2), statement.Sign(Signed.Signer(2)));
        }
    }

    [Test]
    public void Who_accuses_a_Byzantine_replica_without_evidence_is_found()
    {
        _bed.World.TurnByzantine(_bed.World.Find(new NodeId(2)));
        Raise(1, new EquivocationDetected(new NodeId(2), "prepare of block 7", default));
        _bed.AssertViolation("node 1 says that node 2 contradicts itself (prepare of block 7), and hands no evidence over");
    }

    private void Raise(ulong node, ConsensusEvent told) => _bed.Turn(node, ReplicaRole.Follower, 1, 0, effects => effects.Raise(told));
}
