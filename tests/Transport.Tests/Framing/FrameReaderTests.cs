using Consensus.Engine;

namespace Consensus.Transport.Tests;

/// <summary>Cutting bytes into frames.</summary>
[TestFixture]
internal sealed class FrameReaderTests
{
    private const int FrameLengthMax = 4 * 1024 * 1024;

    [Test]
    public void Frames_come_out_however_the_bytes_are_cut([Range(1, 20)] int seed)
    {
        var random = new DeterministicRandom((ulong)seed);
        using var reader = new FrameReader(FrameLengthMax);
        var stream = new List<byte>();
        for (var number = 0; number < 60; number++)
        {
            stream.AddRange(Frame.Of(new TestMessage(number, TestMessage.LengthMin + (int)random.NextBelow(random.NextBelow(8) == 0 ? 300_000ul : 100))));
        }

        var bytes = stream.ToArray().AsMemory();
        var next = 0L;
        while (bytes.Length > 0)
        {
            var memory = reader.GetMemory();
            Assert.That(memory.Length, Is.Positive);
            var count = 1 + (int)random.NextBelow((ulong)Math.Min(memory.Length, bytes.Length));
            bytes[..count].CopyTo(memory);
            bytes = bytes[count..];
            reader.Advance(count);
            while (reader.TryRead(out var frame) == FrameReadStatus.Frame)
            {
                using (frame)
                {
                    Assert.That(((TestMessage)TestCodec.Instance.Decode(frame.Memory)).Number, Is.EqualTo(next++), $"Seed {seed}.");
                }
            }
        }

        Assert.That(next, Is.EqualTo(60));
        Assert.That(reader.HasPartialFrame, Is.False);
    }

    [Test]
    public void A_long_announcement_costs_memory_only_as_its_bytes_arrive()
    {
        using var reader = new FrameReader(FrameLengthMax);
        var header = Frame.Length(FrameLengthMax);
        header.CopyTo(reader.GetMemory());
        reader.Advance(header.Length);
        for (var received = header.Length; received < FrameLengthMax + FrameFormat.HeaderSize;)
        {
            Assert.That(reader.TryRead(out _), Is.EqualTo(FrameReadStatus.Incomplete));
            var memory = reader.GetMemory();
            Assert.That(reader.Capacity, Is.LessThanOrEqualTo(Math.Max(64 * 1024, 2 * received)));
            var count = Math.Min(memory.Length, FrameLengthMax + FrameFormat.HeaderSize - received);
            reader.Advance(count);
            received += count;
        }

        Assert.That(reader.TryRead(out var frame), Is.EqualTo(FrameReadStatus.Frame));
        using (frame)
        {
            Assert.That(frame.Memory.Length, Is.EqualTo(FrameLengthMax));
        }

        reader.GetMemory();
        Assert.That(reader.Capacity, Is.EqualTo(64 * 1024), "Given back when the frame is out.");
    }

    [TestCase(0u, nameof(FrameReadStatus.Empty))]
    [TestCase((uint)FrameLengthMax, nameof(FrameReadStatus.Incomplete))]
    [TestCase((uint)FrameLengthMax + 1, nameof(FrameReadStatus.TooLong))]
    [TestCase(uint.MaxValue, nameof(FrameReadStatus.TooLong))]
    public void The_length_is_judged_before_anything_else(uint length, string expected)
    {
        using var reader = new FrameReader(FrameLengthMax);
        Frame.Length(length).CopyTo(reader.GetMemory());
        reader.Advance(FrameFormat.HeaderSize);
        Assert.That(reader.TryRead(out _).ToString(), Is.EqualTo(expected));
    }
}
