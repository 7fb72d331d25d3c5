using System.Buffers.Binary;
using Consensus.Replication.State;

namespace Consensus.Replication.Tests.State;

public sealed class StateTreeReadTests
{
    private static readonly byte[] Header = [.. "CST\u0001"u8];

    [Test]
    public void The_format_is_as_documented()
    {
        var tree = new StateTree();
        tree.Set("b"u8, "2"u8);
        tree.Set("a"u8, "11"u8);

        Assert.That(Trees.Written(tree), Is.EqualTo((byte[])[.. Header, 2, 0, 0, 0, .. Entry("a", "11"), .. Entry("b", "2")]));
    }

    [TestCaseSource(nameof(Damaged))]
    public void What_is_not_the_one_form_of_a_tree_is_refused(string what, byte[] bytes)
    {
        var exception = Assert.Throws<ConsensusException>(() => Trees.Read(bytes));

        Assert.That(exception.Reason, Is.EqualTo(ConsensusFailure.SnapshotInvalid), what);
    }

    [Test]
    public void Every_truncation_is_refused()
    {
        var bytes = Trees.Written(Sample(1));
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<ConsensusException>(() => Trees.Read(bytes[..length]));
        }
    }

    [Test]
    public void An_announced_value_is_not_allocated_before_it_arrives()
    {
        byte[] bytes = [.. Header, 1, 0, 0, 0, 1, 0, .. Int32(StateTree.ValueBytesMax), (byte)'a', 1, 2, 3];
        Assert.Throws<ConsensusException>(() => Trees.Read(bytes));
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<ConsensusException>(() => Trees.Read(bytes));

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1024 * 1024));
    }

    [Test]
    public void A_stream_that_gives_a_byte_at_a_time_is_read_alike()
    {
        var tree = Sample(2);
        tree.Set("large"u8, new byte[300_000]);
        using var stream = new DrippingStream(Trees.Written(tree));

        Assert.That(StateTree.Read(stream).RootHash(), Is.EqualTo(tree.RootHash()));
    }

    [Test]
    public void Mutated_bytes_are_refused_or_are_the_one_form_of_another_tree([Range(1, 10)] int seed)
    {
        var random = new Random(seed);
        var valid = Trees.Written(Sample(seed));
        for (var round = 0; round < 2000; round++)
        {
            var bytes = (byte[])valid.Clone();
            for (var flips = 1 + random.Next(3); flips > 0; flips--)
            {
                bytes[random.Next(random.Next(2) == 0 ? 64 : bytes.Length)] = (byte)random.Next(256);
            }

            AssertReadIsStrict(bytes, $"seed {seed}, round {round}");
        }
    }

    [Test]
    public void Random_bytes_behind_a_right_beginning_are_refused_or_are_the_one_form_of_a_tree([Range(1, 10)] int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 2000; round++)
        {
            byte[] bytes = [.. Header, (byte)random.Next(3), 0, 0, 0, .. Trees.Random(random, random.Next(30))];
            for (var i = 8; i < bytes.Length; i++)
            {
                bytes[i] = (byte)(bytes[i] % 4);
            }

            AssertReadIsStrict(bytes, $"seed {seed}, round {round}");
        }
    }

    private static void AssertReadIsStrict(byte[] bytes, string where)
    {
        StateTree tree;
        try
        {
            tree = Trees.Read(bytes);
        }
        catch (ConsensusException exception)
        {
            Assert.That(exception.Reason, Is.EqualTo(ConsensusFailure.SnapshotInvalid), where);
            return;
        }

        Assert.That(Trees.Written(tree), Is.EqualTo(bytes), where);
    }

    private static IEnumerable<TestCaseData> Damaged()
    {
        yield return Case("nothing", []);
        yield return Case("another beginning", [.. "CST\u0002"u8, 0, 0, 0, 0]);
        yield return Case("a negative count", [.. Header, 255, 255, 255, 255]);
        yield return Case("a count too high", [.. Header, 2, 0, 0, 0, .. Entry("a", "1")]);
        yield return Case("a count too low", [.. Header, 1, 0, 0, 0, .. Entry("a", "1"), .. Entry("b", "1")]);
        yield return Case("unsorted keys", [.. Header, 2, 0, 0, 0, .. Entry("b", "1"), .. Entry("a", "1")]);
        yield return Case("a key twice", [.. Header, 2, 0, 0, 0, .. Entry("a", "1"), .. Entry("a", "1")]);
        yield return Case("an empty key", [.. Header, 1, 0, 0, 0, .. Entry("", "1")]);
        yield return Case("a long key", [.. Header, 1, 0, 0, 0, .. Entry(new string('a', 1025), "1")]);
        yield return Case("a negative length", [.. Header, 1, 0, 0, 0, 1, 0, .. Int32(-1), (byte)'a']);
        yield return Case("a long value", [.. Header, 1, 0, 0, 0, 1, 0, .. Int32(StateTree.ValueBytesMax + 1), (byte)'a', .. new byte[StateTree.ValueBytesMax + 1]]);
        yield return Case("a byte too many", [.. Header, 1, 0, 0, 0, .. Entry("a", "1"), 0]);
    }

    private static TestCaseData Case(string what, byte[] bytes) => new TestCaseData(what, bytes).SetArgDisplayNames(what);

    private static byte[] Entry(string key, string value) =>
        [(byte)key.Length, (byte)(key.Length >> 8), .. Int32(value.Length), .. System.Text.Encoding.ASCII.GetBytes(key + value)];

    private static byte[] Int32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static StateTree Sample(int seed)
    {
        var random = new Random(seed);
        var tree = new StateTree();
        for (var i = 0; i < 60; i++)
        {
            tree.Set(Trees.CrowdedKey(random), Trees.Random(random, random.Next(6)));
        }

        return tree;
    }

    private sealed class DrippingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(1, count));
    }
}
