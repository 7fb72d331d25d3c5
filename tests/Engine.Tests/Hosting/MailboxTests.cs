using System.Collections.Concurrent;

namespace Consensus.Engine.Tests.Hosting;

public sealed class MailboxTests
{
    private static readonly TimeSpan Long = ReplicaBench.Hang;

    // The reader has no limit to its sleep, and the writers wait for its answer: a single lost wake-up leaves all of them asleep.
    [Test]
    public void No_wake_up_is_lost_between_writers_that_wait_for_an_answer_and_a_reader_that_sleeps()
    {
        const int rounds = 30_000;
        using var mailbox = new Mailbox<SemaphoreSlim>(static _ => { });
        var writers = Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(
            () =>
            {
                using var answer = new SemaphoreSlim(0);
                for (var i = 0; i < rounds; i++)
                {
                    mailbox.Post(answer);
                    answer.Wait();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        var reader = Task.Factory.StartNew(
            () =>
            {
                for (var taken = 0; taken < writers.Length * rounds;)
                {
                    while (mailbox.TryTake(out var answer))
                    {
                        taken++;
                        answer.Release();
                    }

                    if (taken < writers.Length * rounds)
                    {
                        mailbox.Wait(Timeout.InfiniteTimeSpan);
                    }
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        Assert.That(Task.WaitAll([reader, .. writers], Long), Is.True);
    }

    [Test]
    public void What_one_writer_posts_comes_in_order()
    {
        using var mailbox = new Mailbox<int>(static _ => { });
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
    public void A_wait_ends_when_its_limit_has_passed()
    {
        using var mailbox = new Mailbox<int>(static _ => { });

        mailbox.Wait(TimeSpan.FromMilliseconds(1));

        Assert.That(mailbox.TryTake(out _), Is.False);
    }

    // A stop is announced by a wake-up; one that comes before the sleep must keep the reader from it.
    [Test]
    public void A_wake_up_before_the_sleep_keeps_the_reader_from_it()
    {
        using var mailbox = new Mailbox<int>(static _ => { });
        mailbox.Wake();
        var reader = Task.Factory.StartNew(() => mailbox.Wait(Timeout.InfiniteTimeSpan), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        Assert.That(reader.Wait(Long), Is.True);
    }

    [Test]
    public void A_reader_does_not_sleep_while_something_is_there()
    {
        using var mailbox = new Mailbox<int>(static _ => { });
        mailbox.Post(1);
        var reader = Task.Factory.StartNew(() => mailbox.Wait(Timeout.InfiniteTimeSpan), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        Assert.That(reader.Wait(Long), Is.True);
    }

    [Test]
    public void What_is_left_and_what_comes_later_is_turned_away_each_once()
    {
        for (var run = 0; run < 200; run++)
        {
            var turnedAway = new ConcurrentBag<int>();
            var mailbox = new Mailbox<int>(turnedAway.Add);
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
            mailbox.Dispose();
            Array.ForEach(writers, writer => writer.Join());

            Assert.That(turnedAway.Order(), Is.EqualTo(Enumerable.Range(0, 100)), $"run {run}");
        }
    }
}
