namespace Consensus.Hosting.Tests;

[TestFixture]
public sealed class RejectionLogTests
{
    private const int RejectionLogged = 162;

    [TestCase(2U, 2U, 59, ExpectedResult = 1)]
    [TestCase(2U, 2U, 60, ExpectedResult = 2)]
    [TestCase(2U, 3U, 0, ExpectedResult = 2, Description = "another member")]
    [TestCase(8U, 9U, 59, ExpectedResult = 1, Description = "numbers that are no members share a place")]
    public async Task<int> What_is_rejected_is_logged_once_a_minute_for_each_peer(uint first, uint second, int secondsBetween)
    {
        var time = new MovableTime();
        var output = await WrittenEvents.OfAsync(Rejections(), time);

        return output.Ids.Count(id => id == RejectionLogged);

        IEnumerable<ConsensusEvent> Rejections()
        {
            yield return new MessageRejected(new NodeId(first), "byte 3 is wrong", 0);
            time.Move(TimeSpan.FromSeconds(secondsBetween));
            yield return new MessageRejected(new NodeId(second), "byte 3 is wrong", 0);
        }
    }
}
