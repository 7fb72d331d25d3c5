using System.Buffers;
using Consensus.Serialization;

namespace Consensus.Byzantine.Tests;

public sealed class CommandBatchTests
{
    private static CommandBatch Original => Samples.Batch(1, 5, "ab", "c");

    private static IEnumerable<CommandBatch> Others =>
    [
        Samples.Batch(2, 5, "ab", "c"),
        Samples.Batch(1, 6, "ab", "c"),
        Samples.Batch(1, 5, "a", "bc"),
        Samples.Batch(1, 5, "abc"),
        Samples.Batch(1, 5, "ab", "c", ""),
        Samples.Batch(1, 5, "c", "ab"),
        Samples.Batch(1, 5),
    ];

    [TestCaseSource(nameof(Others))]
    public void Another_batch_has_another_digest_and_another_signature(object other)
    {
        var origin = Samples.Identity(1);
        var signed = Original.SignedBy(origin);
        var batch = (CommandBatch)other;
        var commands = batch.Commands.ToArray();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(batch.Digest, Is.Not.EqualTo(Original.Digest));
            Assert.That(new CommandBatch(batch.Origin, batch.Number, commands, signed.Signature).IsSigned(Samples.Identity(2)), Is.False);
        }
    }

    [Test]
    public void Everybody_can_check_who_submitted_a_batch()
    {
        var signed = Original.SignedBy(Samples.Identity(1));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(signed.IsSigned(Samples.Identity(3)), Is.True);
            Assert.That(signed.Digest, Is.EqualTo(Original.Digest), "no digest covers a signature");
            Assert.That(Original.IsSigned(Samples.Identity(3)), Is.False);
            Assert.That(Original.SignedBy(Samples.Identity(2)).IsSigned(Samples.Identity(3)), Is.False, "signed by another than its origin");
        }
    }

    [Test]
    public void What_is_written_is_read_again()
    {
        var block = Samples.Block(77, Original.SignedBy(Samples.Identity(1)), Samples.Batch(2, ulong.MaxValue));

        var read = Read(Written(block));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Digest, Is.EqualTo(block.Digest));
            Assert.That(read.Batches[0].Signature, Is.EqualTo(block.Batches[0].Signature));
            Assert.That(read.Batches[1].Signature.IsNone, Is.True);
            Assert.That(read.Copy().Digest, Is.EqualTo(block.Digest));
        }
    }

    [Test]
    public void Any_other_bytes_are_another_block_or_none([Range(0, 19)] int seed)
    {
        var bytes = Written(Samples.Block(77, Original.SignedBy(Samples.Identity(1)), Samples.Batch(2, 9, "xyz")));
        var random = new DeterministicRandom((ulong)seed);
        for (var round = 0; round < 500; round++)
        {
            var altered = bytes[..(int)(random.NextBelow((ulong)bytes.Length) + 1)];
            altered[(int)random.NextBelow((ulong)altered.Length)] ^= (byte)(1 << (int)random.NextBelow(8));
            try
            {
                Read(altered);
            }
            catch (Exception exception) when (exception is MessageFormatException or MessagePackSerializationException)
            {
                // Refused, and nothing else is ever thrown.
            }
        }
    }

    private static byte[] Written(Block block)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        BlockCodec.Write(ref writer, block);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static Block Read(byte[] bytes)
    {
        var reader = new MessagePackReader(bytes);
        return BlockCodec.ReadBlock(ref reader);
    }
}
