using Consensus.HotStuff;
using Consensus.HotStuff.Messages;
using Consensus.Pbft;
using Consensus.Pbft.Messages;

namespace Consensus.Byzantine.Tests;

/// <summary>Signed commands count what they cost to apply, wherever it is bounded what may be ordered at once.</summary>
public sealed class WeightTests
{
    private const int Signed = CommandBatch.SignedWeightMin;

    private static readonly PbftOptions Defaults = new();
    private static readonly OrderingMessageVerifier[] Verifiers =
    [
        new PbftMessageVerifier(Samples.Identity(4), Defaults, new SettledVotes()),
        new HotStuffMessageVerifier(Samples.Identity(4), new HotStuffOptions(), new SettledVotes()),
    ];

    [TestCase(CommandKind.SignedCommand, 94, Signed)]
    [TestCase(CommandKind.SignedCommand, Signed - 5, Signed)]
    [TestCase(CommandKind.SignedCommand, Signed, Signed + 5)]
    [TestCase(CommandKind.SignedCommand, 1, Signed, Description = "not even an envelope, but whoever counts need not know")]
    [TestCase(CommandKind.Seal, 94, Signed, Description = "an operator has signed it")]
    [TestCase(CommandKind.Command, 94, 99)]
    [TestCase(CommandKind.OpenSessionWithKey, 57, 62)]
    public void A_signed_command_weighs_at_least_as_much_as_its_check(CommandKind kind, int bytes, int weight)
    {
        Assert.That(CommandBatch.WeightOf(Command(kind, bytes).Span), Is.EqualTo(weight));

        var batch = Batch(1, 1, 3, kind, bytes);
        var block = Samples.Block(1, batch, batch);
        var log = new BlockLog(EmptyDisk.Found, 4);
        log.Append(block, new EffectBuffer(Lsn.Zero));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(batch.Weight, Is.EqualTo(CommandBatch.OverheadBytes + (3 * weight)));
            Assert.That(batch.Bytes, Is.EqualTo(CommandBatch.OverheadBytes + (3 * (bytes + CommandBatch.CommandOverheadBytes))), "what is sent and kept is as large as it is");
            Assert.That(block.Weight, Is.EqualTo(2 * batch.Weight));
            Assert.That(log.WeightOf(new SequenceNumber(1)), Is.EqualTo(block.Weight));
        }
    }

    [Test]
    public void No_bytes_are_no_signed_command() => Assert.That(CommandBatch.WeightOf([]), Is.EqualTo(CommandBatch.CommandOverheadBytes));

    // 512 KiB and the batch's own 128 bytes; of the smallest signed commands 5,000 would fit by their bytes.
    [TestCase(CommandKind.SignedCommand, 94, 128, true)]
    [TestCase(CommandKind.SignedCommand, 94, 129, false)]
    [TestCase(CommandKind.Command, 94, 5000, true)]
    [TestCase(CommandKind.SignedCommand, 600_000, 1, true, Description = "one always fits")]
    public void A_batch_with_more_of_them_than_fit_is_refused(CommandKind kind, int bytes, int count, bool isAccepted)
    {
        var batch = Batch(2, 1, count, kind, bytes).SignedBy(Samples.Identity(2));
        foreach (var verifier in Verifiers)
        {
            AssertVerdict(verifier, new Submit(batch), isAccepted, "at most 524288 are allowed");
        }
    }

    [TestCase(127, 127, true)]
    [TestCase(128, 128, false)]
    public void A_block_with_more_of_them_than_fit_is_refused(int first, int second, bool isAccepted)
    {
        var block = Samples.Block(1, Batch(1, 1, first, CommandKind.SignedCommand, 94), Batch(1, 2, second, CommandKind.SignedCommand, 94));
        var signature = Samples.Identity(1).Sign(Cryptography.StatementKind.PbftPrePrepare, ViewNumber.Zero, new SequenceNumber(1), block.Digest);

        AssertVerdict(Verifiers[0], new PrePrepare(ViewNumber.Zero, new SequenceNumber(1), block, signature), isAccepted, "more than one batch fit into 1048576");
    }

    [Test]
    public void Of_one_origin_no_more_wait_than_can_be_applied()
    {
        var pool = new RequestPool(weightMaxEach: 4 * (Signed + CommandBatch.OverheadBytes));
        while (pool.TryAdd(Batch(1, (ulong)pool.Count + 1, 1, CommandKind.SignedCommand, 94)))
        {
        }

        Assert.That(pool.Count, Is.EqualTo(4));
        Assert.That(pool.Next(2 * (Signed + CommandBatch.OverheadBytes), static _ => false), Has.Length.EqualTo(2));
    }

    // What an honest replica signs the others must take, however its callers' commands are mixed: a refused batch ends the connection.
    [Test]
    public void What_a_replica_makes_of_its_callers_commands_the_others_take([Values("pbft", "hotstuff")] string engine, [Range(1, 4)] int seed, [Values(1024, 512 * 1024)] int batchBytesMax)
    {
        var random = new Random(seed);
        var proposals = Enumerable.Range(1, 300).Select(i => new Proposal(new Ticket((ulong)i), Command(random.Next(2) == 0 ? CommandKind.SignedCommand : CommandKind.Command, 30 + random.Next(random.Next(10) == 0 ? 9000 : 300)))).ToArray();
        PbftOptions pbft = new() { OwnBatchesMax = 1000, BatchBytesMax = batchBytesMax };
        HotStuffOptions hotStuff = new() { OwnBatchesMax = 1000, BatchBytesMax = batchBytesMax };
        IEngine under = engine == "pbft" ? new PbftEngine(pbft, Samples.Identity(3)) : new HotStuffEngine(hotStuff, Samples.Identity(3));
        OrderingMessageVerifier other = engine == "pbft"
            ? new PbftMessageVerifier(Samples.Identity(4), pbft, new SettledVotes())
            : new HotStuffMessageVerifier(Samples.Identity(4), hotStuff, new SettledVotes());
        var replica = new Newcomer(under);
        replica.Step(new CommandsProposed(proposals, new Timestamp(5)));

        var submitted = replica.SentTo<Submit>(1).ToArray();
        Assert.That(submitted.Sum(submit => submit.Batch.Commands.Length), Is.EqualTo(proposals.Length), "all of them are under way");
        foreach (var submit in submitted)
        {
            AssertVerdict(other, submit, isAccepted: true, "");
            Assert.That(submit.Batch.Commands.Length == 1 || submit.Batch.Weight <= (batchBytesMax / 2) + CommandBatch.OverheadBytes);
        }
    }

    private static CommandBatch Batch(uint origin, ulong number, int count, CommandKind kind, int bytes) =>
        new(new NodeId(origin), number, [.. Enumerable.Repeat(Command(kind, bytes), count)]);

    private static ReadOnlyMemory<byte> Command(CommandKind kind, int bytes)
    {
        var command = new byte[bytes];
        command[0] = (byte)kind;
        return command;
    }

    private static void AssertVerdict(OrderingMessageVerifier verifier, ProtocolMessage message, bool isAccepted, string why)
    {
        var verdict = verifier.Verify(message is Submit submit ? submit.Batch.Origin : new NodeId(1), message, out var defect);
        Assert.That(verdict == MessageVerdict.Accepted, Is.EqualTo(isAccepted), defect);
        if (!isAccepted)
        {
            Assert.That(defect, Does.Contain(why));
        }
    }
}
