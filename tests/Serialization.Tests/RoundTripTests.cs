using System.Buffers;

namespace Consensus.Serialization.Tests;

/// <summary>Whatever is written is read back, in the smallest form that its value has.</summary>
[TestFixture]
public sealed class RoundTripTests
{
    private static IEnumerable<ulong> Boundaries()
    {
        foreach (var bits in Enumerable.Range(0, 64))
        {
            yield return (1UL << bits) - 1;
            yield return 1UL << bits;
        }

        yield return ulong.MaxValue;
    }

    [TestCaseSource(nameof(Boundaries))]
    public void Unsigned_numbers_come_back_in_their_smallest_form(ulong value)
    {
        var frame = Frame.Of((ref w) => w.Write(value));
        Assert.That(Frame.ReadInAllSplits(frame, (ref r) => r.ReadUInt64()), Is.All.EqualTo(value));
        Assert.That(frame, Has.Length.EqualTo(value switch { <= 0x7f => 1, <= byte.MaxValue => 2, <= ushort.MaxValue => 3, <= uint.MaxValue => 5, _ => 9 }));
    }

    [TestCaseSource(nameof(Boundaries))]
    public void Negative_numbers_come_back_in_their_smallest_form(ulong distance)
    {
        var value = unchecked(-(long)(distance & long.MaxValue));
        var frame = Frame.Of((ref w) => w.Write(value));
        Assert.That(Frame.ReadInAllSplits(frame, (ref r) => r.ReadInt64()), Is.All.EqualTo(value));
        Assert.That(frame, Has.Length.EqualTo(value switch { >= -32 => 1, >= sbyte.MinValue => 2, >= short.MinValue => 3, >= int.MinValue => 5, _ => 9 }));
    }

    [Test]
    public void A_number_out_of_range_for_the_type_that_is_asked_for_is_refused()
    {
        var frame = Frame.Of((ref w) => w.Write(256));
        Assert.That(() => Frame.Read(frame, (ref r) => r.ReadByte()), Throws.TypeOf<MessagePackSerializationException>());
        Assert.That(() => Frame.Read(frame, (ref r) => r.ReadSByte()), Throws.TypeOf<MessagePackSerializationException>());
        Assert.That(Frame.Read(frame, (ref r) => r.ReadUInt16()), Is.EqualTo(256));
        Assert.That(() => Frame.Read(Frame.Of((ref w) => w.Write(-1)), (ref r) => r.ReadUInt64()), Throws.TypeOf<MessagePackSerializationException>());
    }

    [Test]
    public void Byte_strings_of_every_length_class_come_back([Values(0, 1, 255, 256, 65_535, 65_536, 200_000)] int length)
    {
        var value = new byte[length];
        new Random(length).NextBytes(value);
        var frame = Frame.Of((ref w) => w.Write(value));
        Assert.That(Frame.Read(frame, (ref r) => r.ReadBytes()!.Value.ToArray()), Is.EqualTo(value));
        Assert.That(frame, Has.Length.EqualTo(length + (length <= byte.MaxValue ? 2 : length <= ushort.MaxValue ? 3 : 5)));
    }

    [Test]
    public void Text_of_every_length_class_comes_back([Values(0, 31, 32, 255, 256, 65_535, 65_536)] int length, [Values('a', 'é', '試')] char letter)
    {
        var value = new string(letter, length);
        Assert.That(Frame.Read(Frame.Of((ref w) => w.Write(value)), (ref r) => r.ReadString()), Is.EqualTo(value));
    }

    [Test]
    public void A_writer_over_an_output_of_small_pieces_writes_the_same_bytes()
    {
        var output = new SmallPieces();
        var writer = new MessagePackWriter(output);
        WriteSample(ref writer);
        writer.Flush();
        Assert.That(output.Bytes, Is.EqualTo(Frame.Of(WriteSample)));
    }

    [Test]
    public void Steady_writing_and_reading_allocates_nothing()
    {
        var output = new ArrayBufferWriter<byte>(4096);
        Work(output);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            output.ResetWrittenCount();
            Work(output);
        }

        // A collection in between counts for some kilobytes; one object for each of the thousand rounds would be more.
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(16_000));

        static void Work(ArrayBufferWriter<byte> output)
        {
            var writer = new MessagePackWriter(output);
            writer.WriteArrayHeader(3);
            writer.Write(123_456UL);
            writer.Write("some bytes"u8);
            writer.Write(-5L);
            writer.Flush();
            var reader = new MessagePackReader(output.WrittenMemory);
            if (reader.ReadArrayHeader() != 3 || reader.ReadUInt64() != 123_456 || reader.ReadBytes()!.Value.Length != 10 || reader.ReadInt64() != -5)
            {
                throw new AssertionException("The frame came back changed.");
            }
        }
    }

    private static void WriteSample(ref MessagePackWriter writer)
    {
        writer.WriteMapHeader(2);
        writer.Write("key");
        writer.Write(new byte[300]);
        writer.Write(new string('x', 100));
        writer.WriteArrayHeader(20);
        for (var i = 0; i < 20; i++)
        {
            writer.Write(1UL << (i * 3));
        }
    }

    /// <summary>Gives out as little memory at a time as its contract allows.</summary>
    private sealed class SmallPieces : IBufferWriter<byte>
    {
        private readonly List<byte> _bytes = [];
        private byte[] _piece = [];

        public IReadOnlyList<byte> Bytes => _bytes;

        public void Advance(int count) => _bytes.AddRange(_piece.AsSpan(0, count));

        public Memory<byte> GetMemory(int sizeHint = 0) => _piece = new byte[Math.Max(1, sizeHint)];

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
