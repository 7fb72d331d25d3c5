namespace Consensus.Byzantine.Tests;

/// <summary>How much an answer holds, and what it costs who gets it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AnswerTests
{
    private static readonly NodeId Member = new(2);
    private readonly SomeState _state = new();

    [Test]
    public void Blocks_without_batches_fill_an_answer_too() => Assert.That(Fill(AnswerPart.Of(Block.Null)), Is.EqualTo(Answer.BlocksMax));

    [TestCase(10_000, 26)]
    [TestCase(300_000, 1, Description = "one always fits")]
    public void An_answer_has_no_more_bytes_than_agreed(int bytes, int blocks) => Assert.That(Fill(AnswerPart.OfBytes(bytes)), Is.EqualTo(blocks));

    [Test]
    public void What_is_in_an_answer_is_charged_and_what_has_no_room_is_not()
    {
        var part = AnswerPart.OfBytes(AnswerRation.BytesMax / 2);
        var answer = new Answer(_state, Member);
        Assert.That(answer.TryAddBlock(part), Is.True);
        Assert.That(answer.TryAddBlock(part), Is.False);

        // Half of the purse is left.
        var left = Enumerable.Range(0, 4000).Count(_ => _state.Ration.TryTake(Member));
        Assert.That(left, Is.EqualTo(2000));
    }

    [Test]
    public void A_block_costs_the_same_in_the_log_and_in_memory_and_more_than_it_weighs()
    {
        var block = Samples.Block(1, Samples.Batch(1, 1, "abc", "d"), Samples.Batch(2, 7, "ef"));
        _state.Log.Append(block, new EffectBuffer(Lsn.Zero));
        var (part, empty) = (AnswerPart.Of(block), AnswerPart.Of(Block.Null));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(AnswerPart.Of(_state.Log, new SequenceNumber(1)), Is.EqualTo(part));
            Assert.That(part.Bytes, Is.GreaterThan(block.Bytes));
            Assert.That(part.Cost - empty.Cost, Is.GreaterThan(part.Bytes - empty.Bytes + (3 * 200)), "commands are hashed one by one");
            Assert.That(empty.Cost, Is.GreaterThan(2000), "an empty one is read and written like any other");
            Assert.That(AnswerPart.OfSignatures(3).Cost, Is.GreaterThan(3 * 64));
        }
    }

    /// <returns>How many there were.</returns>
    private int Fill(AnswerPart block)
    {
        var answer = new Answer(_state, Member);
        var blocks = 0;
        while (answer.TryAddBlock(block))
        {
            blocks++;
        }

        return blocks;
    }
}
