using System.Collections.Immutable;
using System.Text;

namespace Consensus.Byzantine.Tests;

/// <summary>What is read and hashed for whoever asks about an entry. To put a block of a thousand commands together takes more memory than a question may.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CommitProofsTests
{
    private const int Commands = 1000;
    private const long BytesMax = 8 * 1024;

    private static readonly LogIndex First = new(1);
    private static readonly LogIndex Third = new(3);

    private readonly EffectBuffer _effects = new(Lsn.Zero);
    private readonly BlockLog _log = new(EmptyDisk.Found, checkpointInterval: 4);
    private readonly Block _block = Samples.Block(5, Samples.Batch(1, 1, "a", "b"), Samples.Batch(2, 1, [.. Enumerable.Range(2, Commands - 2).Select(i => $"command {i}")]));

    public CommitProofsTests()
    {
        _log.Append(_block, _effects);
        _log.Append(Samples.Block(6, Samples.Batch(1, 2, "open")), _effects);
        _log.CommitTo(new SequenceNumber(1));

        // What the first question costs once and for all is not its own.
        Prove(First, null);
        CommitProofs.FindCommand(_log, First);
    }

    [Test]
    public void Without_a_certificate_no_block_is_put_together()
    {
        var (answer, bytes) = Measured(() => Prove(Third, null));

        Assert.That((answer.Refusal, answer.Proof, Text(answer)), Is.EqualTo((RefusalReason.NotHere, (CommitProof?)null, "command 2")));
        Assert.That(answer.Detail, Does.Contain("no certificate of block 1").And.Contain("from block 1 to 1"));
        Assert.That(bytes, Is.LessThan(BytesMax));
    }

    [Test]
    public void For_a_command_alone_no_block_is_put_together()
    {
        var (answer, bytes) = Measured(() => CommitProofs.FindCommand(_log, Third));

        Assert.That((answer.Refusal, answer.Proof, Text(answer)), Is.EqualTo((RefusalReason.None, (CommitProof?)null, "command 2")));
        Assert.That(bytes, Is.LessThan(BytesMax));
    }

    [TestCase(1ul, 0, 0, "a")]
    [TestCase(2ul, 0, 1, "b")]
    [TestCase(3ul, 1, 0, "command 2")]
    [TestCase(1000ul, 1, 997, "command 999")]
    public void With_a_certificate_a_command_comes_with_its_place_in_the_block(ulong index, int batch, int place, string command)
    {
        var (answer, bytes) = Measured(() => Prove(new LogIndex(index), Certificate()));

        Assert.That((answer.Refusal, Text(answer), answer.Proof!.Command.ComputeBlockDigest()), Is.EqualTo((RefusalReason.None, command, _block.Digest)));
        Assert.That((answer.Proof.Command.BatchPlace, answer.Proof.Command.Place), Is.EqualTo((batch, place)));
        Assert.That(bytes, Is.GreaterThan(BytesMax), "so the other tests measure what they mean");
    }

    [TestCase(1001ul, "ends block 1")]
    [TestCase(1002ul, "not known to be committed")]
    [TestCase(0ul, "no longer in the log")]
    public void Where_there_is_no_committed_command_both_questions_are_refused_alike(ulong index, string why)
    {
        var (proof, command) = (Prove(new LogIndex(index), Certificate()), CommitProofs.FindCommand(_log, new LogIndex(index)));

        Assert.That(proof, Is.EqualTo(command));
        Assert.That((command.Refusal, command.Payload), Is.EqualTo((RefusalReason.NotHere, (ReadOnlyMemory<byte>?)null)));
        Assert.That(command.Detail, Does.Contain(why));
    }

    private static (ProofAnswer Answer, long Bytes) Measured(Func<ProofAnswer> question)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var answer = question();
        return (answer, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static string Text(ProofAnswer answer) => Encoding.UTF8.GetString(answer.Payload!.Value.Span);

    private ProofAnswer Prove(LogIndex index, QuorumCertificate? certificate) => CommitProofs.Of(
        _log, index, _ => certificate is null ? null : (ImmutableArray<ChainNode>.Empty, certificate), () => new SequenceNumber(1));

    private QuorumCertificate Certificate() => new(
        Samples.Identity(1).Say(StatementKind.PbftCommit, ViewNumber.Zero, new SequenceNumber(1), _block.Digest),
        [new MemberSignature(new NodeId(1), Samples.Identity(1).Sign(StatementKind.PbftCommit, ViewNumber.Zero, new SequenceNumber(1), _block.Digest))]);
}
