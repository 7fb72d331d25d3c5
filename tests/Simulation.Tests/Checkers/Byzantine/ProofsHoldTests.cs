using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Simulation.Checkers.Byzantine;

namespace Consensus.Simulation.Tests.Checkers.Byzantine;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ProofsHoldTests
{
    private readonly SimulatedKeyRegistry _keys = new(1);
    private readonly CheckerBed _bed;
    private ProofsHold _checker = null!;
    private Func<LogIndex, ProofAnswer?> _prove = _ => null;

    public ProofsHoldTests() => _bed = new CheckerBed(
        observatory => _checker = new ProofsHold((_, index) => _prove(index), CommitRule.ThreeChain, Signed.Domain, Signed.Members, _keys, observatory), Signed.Count);

    [Test]
    public void A_proof_of_what_was_committed_holds()
    {
        var entry = _bed.Entry(1, "a");
        Commit(entry, index => index == entry.Index ? Proven(entry) : null);
        _bed.AssertNone();
    }

    [Test]
    public void To_have_none_is_no_violation()
    {
        Commit(_bed.Entry(1, "a"), _ => ProofAnswer.Refused(RefusalReason.NotHere, ""));
        _bed.AssertNone();
    }

    [Test]
    public void A_proof_that_convinces_nobody_is_found()
    {
        var entry = _bed.Entry(1, "a");
        Commit(entry, index => index == entry.Index ? Proven(entry, signers: [1, 2]) : null);
        _bed.AssertViolation("node 1 gives a proof of entry 1 that proves nothing", "2 members have signed");
    }

    [Test]
    public void A_proof_of_another_command_is_found()
    {
        var entry = _bed.Entry(1, "a");
        Commit(entry, index => index == entry.Index ? Proven(entry with { Payload = "b"u8.ToArray() }) with { Payload = entry.Payload } : null);
        _bed.AssertViolation("node 1 proves a command of block 1 where entry 1 of block 1 was asked for");
    }

    [Test]
    public void A_proof_of_another_block_is_found()
    {
        var entry = _bed.Entry(1, "a");
        Commit(entry, index => index == entry.Index ? Proven(entry, block: 2) : null);
        _bed.AssertViolation("node 1 proves a command of block 2 where entry 1 of block 1 was asked for");
    }

    [Test]
    public void Another_command_beside_no_proof_is_found()
    {
        var entry = _bed.Entry(1, "a");
        Commit(entry, index => index == entry.Index ? new ProofAnswer(RefusalReason.NotHere, "", null, "b"u8.ToArray()) : null);
        _bed.AssertViolation("node 1 says that entry 1 is another command");
    }

    [Test]
    public void A_proof_of_what_is_not_committed_is_found()
    {
        var entry = _bed.Entry(1, "a");
        Commit(entry, _ => Proven(entry));
        _bed.AssertViolation("node 1 proves entry 2, and has committed up to 1");
    }

    [Test]
    public void Of_a_Byzantine_replica_nothing_is_asked()
    {
        var entry = _bed.Entry(1, "a");
        _bed.World.TurnByzantine(_bed.World.Find(new NodeId(1)));
        Commit(entry, _ => Proven(entry, signers: [1]));
        _bed.AssertNone();
    }

    [Test]
    public void Replicas_that_never_prove_anything_are_found()
    {
        _bed.Start(1, CheckerBed.Recovered());
        _prove = _ => ProofAnswer.Refused(RefusalReason.NotHere, "");
        var entry = default(LogEntry);
        for (var number = 1ul; number <= 60; number++)
        {
            entry = _bed.Entry(number, "a", entry);
            var committed = entry;
            _bed.Turn(1, ReplicaRole.Follower, 1, number, effects => effects.Commit(committed));
        }

        _checker.OnFinished([]);
        _bed.AssertViolation("no replica has proven anything");
    }

    private void Commit(LogEntry entry, Func<LogIndex, ProofAnswer?> prove)
    {
        _prove = prove;
        _bed.Start(1, CheckerBed.Recovered());
        _bed.Turn(1, ReplicaRole.Follower, 1, entry.Index.Value, effects => effects.Commit(entry));
    }

    private ProofAnswer Proven(LogEntry entry, ulong block = 1, params uint[] signers)
    {
        var content = new Block(default, [new CommandBatch(new NodeId(2), 1, [entry.Payload])]);
        var command = new ProvenCommand(entry.Payload, 0, [Blake3.Hash(entry.Payload.Span)], new NodeId(2), 1, 0, [content.Batches[0].Digest], default);
        var statement = new Statement(Signed.Domain, StatementKind.PbftCommit, ViewNumber.Zero, new SequenceNumber(block), content.Digest);
        uint[] all = signers.Length > 0 ? signers : [1, 2, 3];
        var votes = new QuorumCertificate(statement, [.. all.Select(signer => new MemberSignature(new NodeId(signer), statement.Sign(_keys.CreateSigner(new NodeId(signer)))))]);
        return new ProofAnswer(RefusalReason.None, "", new CommitProof(command, [], votes), entry.Payload);
    }
}
