using System.Buffers;

namespace Consensus.Engine.Tests.Gateway;

[TestFixture]
public sealed class AnswerBufferTests
{
    [Test]
    public void A_later_answer_leaves_an_earlier_one_as_it_was([Values(1, 300, 200_000)] int length)
    {
        var buffer = new AnswerBuffer();

        var first = Answer(buffer, length, 1);
        var second = Answer(buffer, length, 2);

        Assert.That(first.ToArray(), Is.EqualTo(Enumerable.Repeat((byte)1, length)));
        Assert.That(second.ToArray(), Is.EqualTo(Enumerable.Repeat((byte)2, length)));
    }

    [Test]
    public void An_answer_that_was_begun_and_not_ended_is_in_no_other()
    {
        var buffer = new AnswerBuffer();
        buffer.Begin().Write("half"u8);

        Assert.That(Answer(buffer, 3, 9).ToArray(), Is.EqualTo(new byte[] { 9, 9, 9 }));
    }

    private static ReadOnlyMemory<byte> Answer(AnswerBuffer buffer, int length, byte filling)
    {
        var output = buffer.Begin();
        output.GetSpan(length)[..length].Fill(filling);
        output.Advance(length);
        return buffer.End();
    }
}
