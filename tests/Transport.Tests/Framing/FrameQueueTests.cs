using System.Buffers;
using Consensus.Engine;

namespace Consensus.Transport.Tests;

/// <summary>The queue between the loop and the wire.</summary>
[TestFixture]
internal sealed class FrameQueueTests
{
    private const int FrameLengthMax = 200_000;

    [Test]
    public void What_comes_out_is_what_went_in_however_it_is_cut([Range(1, 40)] int seed)
    {
        var random = new DeterministicRandom((ulong)seed);
        var queue = new FrameQueue(queuedBytesMax: 500_000, queuedFramesMax: 300);
        var sent = new List<byte>();
        var unpublished = new List<byte>();
        var received = new List<byte>();
        var framesIn = 0;
        var framesOut = 0;
        for (var step = 0; step < 2000; step++)
        {
            switch (random.NextBelow(3))
            {
                case 0:
                    var length = TestMessage.LengthMin + (int)random.NextBelow(random.NextBelow(10) == 0 ? 2 * (ulong)FrameLengthMax : 500);
                    var message = new TestMessage(step, length);
                    var result = queue.Append(message, TestCodec.Instance, FrameLengthMax);
                    if (result == EnqueueResult.Queued)
                    {
                        framesIn++;
                        unpublished.AddRange(Frame.Of(message));
                    }

                    Assert.That(result == EnqueueResult.FrameTooLong, Is.EqualTo(length > FrameLengthMax && result != EnqueueResult.QueueFull));
                    break;
                case 1:
                    queue.Publish();
                    sent.AddRange(unpublished);
                    unpublished.Clear();
                    break;
                case 2:
                    framesOut += Take(queue, received, random);
                    break;
            }

            Assert.That(queue.PendingBytes, Is.EqualTo(sent.Count - received.Count));
            Assert.That(sent.Count + unpublished.Count - received.Count, Is.LessThanOrEqualTo(500_000));
            Assert.That(framesIn - framesOut, Is.LessThanOrEqualTo(300));
        }

        queue.Publish();
        sent.AddRange(unpublished);
        while (queue.PendingBytes > 0)
        {
            framesOut += Take(queue, received, random);
        }

        Assert.That(received.ToArray().AsSpan().SequenceEqual(sent.ToArray()), Is.True, "The bytes differ.");
        Assert.That(framesOut, Is.EqualTo(framesIn));
    }

    [Test]
    public async Task Producer_and_consumer_on_two_threads_agree()
    {
        const int Count = 200_000;
        var queue = new FrameQueue(queuedBytesMax: 300_000, queuedFramesMax: 1000);
        var consumer = Task.Run(() =>
        {
            using var reader = new FrameReader(FrameLengthMax);
            for (var expected = 0L; expected < Count;)
            {
                if (!queue.TryPeek(out var chunk))
                {
                    Thread.Yield();
                    continue;
                }

                var memory = reader.GetMemory();
                var taken = chunk[..Math.Min(chunk.Length, memory.Length)];
                taken.CopyTo(memory);
                reader.Advance(taken.Length);
                queue.Consume(taken.Length);
                while (reader.TryRead(out var frame) == FrameReadStatus.Frame)
                {
                    using (frame)
                    {
                        Assert.That(((TestMessage)TestCodec.Instance.Decode(frame.Memory)).Number, Is.EqualTo(expected++));
                    }
                }
            }
        });

        for (var number = 0L; number < Count && !consumer.IsCompleted;)
        {
            if (queue.Append(new TestMessage(number, 8 + (int)(number % 400)), TestCodec.Instance, FrameLengthMax) == EnqueueResult.Queued)
            {
                number++;
            }
            else
            {
                Thread.Yield();
            }

            queue.Publish();
        }

        await consumer;
    }

    [Test]
    public void A_message_that_cannot_be_encoded_leaves_no_trace()
    {
        var queue = new FrameQueue(queuedBytesMax: 300_000, queuedFramesMax: 1000);
        Assert.That(() => queue.Append(new TestMessage(1), new FailingCodec(100_000), FrameLengthMax), Throws.InstanceOf<InvalidCastException>());
        Assert.That(() => queue.Append(new TestMessage(1), new SilentCodec(), FrameLengthMax), Throws.InvalidOperationException);
        Assert.That(queue.Append(new TestMessage(2), TestCodec.Instance, FrameLengthMax), Is.EqualTo(EnqueueResult.Queued));
        queue.Publish();
        Assert.That(queue.TryPeek(out var chunk), Is.True);
        Assert.That(chunk.ToArray(), Is.EqualTo(Frame.Of(new TestMessage(2))));
    }

    private static int Take(FrameQueue queue, List<byte> received, DeterministicRandom random)
    {
        if (!queue.TryPeek(out var chunk))
        {
            return 0;
        }

        var taken = chunk[..(1 + (int)random.NextBelow((ulong)chunk.Length))];
        received.AddRange(taken.ToArray());
        return queue.Consume(taken.Length);
    }

    private sealed class FailingCodec(int written) : IMessageCodec
    {
        public void Encode(ProtocolMessage message, IBufferWriter<byte> destination)
        {
            destination.Write(new byte[written]);
            throw new InvalidCastException();
        }

        public ProtocolMessage Decode(ReadOnlyMemory<byte> frame) => new TestMessage(0);
    }

    private sealed class SilentCodec : IMessageCodec
    {
        public void Encode(ProtocolMessage message, IBufferWriter<byte> destination) => destination.GetSpan(1);

        public ProtocolMessage Decode(ReadOnlyMemory<byte> frame) => new TestMessage(0);
    }
}
