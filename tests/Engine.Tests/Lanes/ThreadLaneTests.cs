using Consensus.Engine.Tests.Hosting;

namespace Consensus.Engine.Tests.Lanes;

public sealed class ThreadLaneTests
{
    private static readonly TimeSpan Hang = ReplicaBench.Hang;

    // The lane has no limit to its sleep, and those who wake it wait for its answer: a single lost wake-up leaves all of them asleep.
    [Test]
    public void No_wake_up_is_lost_between_writers_that_wait_for_an_answer_and_a_lane_that_sleeps()
    {
        const int rounds = 30_000;
        var asked = new int[2];
        var answered = new int[2];
        using var lane = Lane(() =>
        {
            for (var i = 0; i < asked.Length; i++)
            {
                Volatile.Write(ref answered[i], Volatile.Read(ref asked[i]));
            }

            return Timeout.InfiniteTimeSpan;
        });
        lane.Start();

        var writers = Enumerable.Range(0, asked.Length).Select(writer => Task.Factory.StartNew(
            () =>
            {
                for (var i = 1; i <= rounds; i++)
                {
                    var question = i;
                    Volatile.Write(ref asked[writer], question);
                    lane.Wake();
                    if (!SpinWait.SpinUntil(() => Volatile.Read(ref answered[writer]) == question, Hang))
                    {
                        return false;
                    }
                }

                return true;
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();

        Assert.That(writers.Select(writer => writer.Result), Is.All.True);
    }

    [Test]
    public void A_rest_ends_when_its_time_has_passed_though_nobody_wakes_the_lane()
    {
        using var third = new CountdownEvent(3);
        using var lane = Lane(() =>
        {
            if (!third.IsSet)
            {
                third.Signal();
            }

            return new TimeSpan(1);
        });

        lane.Start();

        Assert.That(third.Wait(Hang), Is.True);
    }

    [Test]
    public void A_lane_takes_turns_on_one_thread_until_none_is_due_at_once_and_ends_then()
    {
        var threads = new List<int>();
        using var goOn = new ManualResetEventSlim();
        var lane = Lane(() =>
        {
            goOn.Wait();
            threads.Add(Environment.CurrentManagedThreadId);
            return threads.Count < 10 ? TimeSpan.Zero : Timeout.InfiniteTimeSpan;
        });
        lane.Start();
        var disposal = Task.Run(lane.Dispose);

        goOn.Set();

        Assert.That(disposal.Wait(Hang), Is.True);
        Assert.That(threads, Has.Count.InRange(10, 11).And.All.EqualTo(threads[0]).And.None.EqualTo(Environment.CurrentManagedThreadId));
    }

    // One lane of a replica can fail while the next is being started.
    [Test]
    public void A_lane_that_was_disposed_of_does_not_start_any_more()
    {
        var turns = 0;
        var lane = Lane(() =>
        {
            turns++;
            return Timeout.InfiniteTimeSpan;
        });

        lane.Dispose();
        lane.Start();
        lane.Wake();
        lane.Dispose();

        Assert.That(turns, Is.Zero);
    }

    [Test]
    public void A_turn_that_throws_is_the_last_and_is_reported_once()
    {
        var failures = new List<Exception>();
        var turns = 0;
        var lane = new ThreadLane("test", () => throw new InvalidOperationException($"turn {++turns}"), failures.Add);
        lane.Start();
        lane.Wake();

        lane.Dispose();

        Assert.That(failures.Select(failure => failure.Message), Is.EqualTo(new[] { "turn 1" }));
    }

    private static ThreadLane Lane(Func<TimeSpan> turn) => new("test", turn, static _ => { });
}
