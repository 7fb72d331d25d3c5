using System.Collections.Concurrent;
using Consensus.Engine.Tests.Lanes;

namespace Consensus.Engine.Tests.Hosting;

public sealed class MailboxTests
{
    [Test]
    public void What_one_writer_posts_comes_in_order()
    {
        var mailbox = new Mailbox<int>(Lane(), static _ => { });
        for (var i = 0; i < 100; i++)
        {
            mailbox.Post(i);
        }

        var taken = new List<int>();
        while (mailbox.TryTake(out var item))
        {
            taken.Add(item);
        }

        Assert.That(taken, Is.EqualTo(Enumerable.Range(0, 100)));
    }

    [Test]
    public void What_is_left_and_what_comes_later_is_turned_away_each_once()
    {
        for (var run = 0; run < 200; run++)
        {
            var turnedAway = new ConcurrentBag<int>();
            var mailbox = new Mailbox<int>(Lane(), turnedAway.Add);
            using var start = new Barrier(3);
            var writers = Enumerable.Range(0, 2).Select(writer => new Thread(() =>
            {
                start.SignalAndWait();
                for (var i = 0; i < 50; i++)
                {
                    mailbox.Post((writer * 50) + i);
                }
            })).ToArray();
            Array.ForEach(writers, writer => writer.Start());

            start.SignalAndWait();
            mailbox.Close();
            Array.ForEach(writers, writer => writer.Join());

            Assert.That(turnedAway.Order(), Is.EqualTo(Enumerable.Range(0, 100)), $"run {run}");
        }
    }

    private static ILane Lane() => new VirtualLanes().Create(LaneKind.Files, new NodeId(1), static () => Timeout.InfiniteTimeSpan, static _ => { });
}
