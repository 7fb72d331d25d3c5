using System.Diagnostics;
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

    [Test]
    public void A_visitor_takes_the_turn_of_a_lane_at_rest_on_its_own_thread()
    {
        var threads = new List<int>();
        using var lane = AtRest(() => threads.Add(Environment.CurrentManagedThreadId), Timeout.InfiniteTimeSpan);
        threads.Clear();

        lane.Visit();

        Assert.That(threads, Is.EqualTo(new[] { Environment.CurrentManagedThreadId }));
    }

    // A protocol's deadline is met by the lane's own thread, whoever has set it.
    [Test]
    public void What_a_visitor_leaves_to_be_done_sooner_is_done_in_time_by_the_lanes_thread()
    {
        var visited = false;
        using var done = new ManualResetEventSlim();
        using var lane = AtRest(
            () =>
            {
                if (visited)
                {
                    done.Set();
                }

                visited = true;
            },
            Timeout.InfiniteTimeSpan,
            () => done.IsSet ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(1));
        visited = false;

        lane.Visit();

        Assert.That(visited && done.Wait(Hang), Is.True);
    }

    // Each turn reckons its rest from another moment. A thread that is a little out of step with its deadline may be woken once, and is in step then.
    [Test]
    public void A_visitor_does_not_wake_the_thread_for_the_deadline_it_sleeps_until()
    {
        const int visits = 400;
        var end = Stopwatch.GetTimestamp() + (Stopwatch.Frequency * 3600);
        var visitor = Environment.CurrentManagedThreadId;
        var ofThread = 0;
        using var lane = AtRest(
            () => ofThread += Environment.CurrentManagedThreadId == visitor ? 0 : 1,
            TimeSpan.FromHours(1),
            () => Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), end));
        ofThread = 0;

        for (var i = 0; i < visits; i++)
        {
            Assert.That(SpinWait.SpinUntil(() => lane.IsAtRest, Hang), Is.True);
            lane.Visit();
        }

        Assert.That(SpinWait.SpinUntil(() => lane.IsAtRest, Hang), Is.True);
        Assert.That(ofThread, Is.LessThan(visits / 10));
    }

    [Test]
    public void A_wake_up_during_a_visit_is_not_lost()
    {
        var turns = 0;
        ThreadLane? visited = null;
        using var lane = AtRest(
            () =>
            {
                if (++turns == 1)
                {
                    visited?.Wake();
                }
            },
            Timeout.InfiniteTimeSpan);
        turns = 0;
        visited = lane;

        lane.Visit();

        Assert.That(turns, Is.EqualTo(2));
    }

    [Test]
    public void A_turn_that_throws_in_a_visitors_hands_is_the_last_and_is_reported_once()
    {
        var failures = new List<Exception>();
        using var isAtRest = new ManualResetEventSlim();
        var mayThrow = false;
        var lane = new ThreadLane(
            "test",
            () =>
            {
                if (mayThrow)
                {
                    throw new InvalidOperationException("a turn");
                }

                isAtRest.Set();
                return Timeout.InfiniteTimeSpan;
            },
            failures.Add);
        lane.Start();
        Assert.That(isAtRest.Wait(Hang), Is.True);
        mayThrow = true;

        lane.Visit();
        lane.Visit();
        lane.Dispose();

        Assert.That(failures.Select(failure => failure.Message), Is.EqualTo(new[] { "a turn" }));
    }

    // Visitors, wakers and the lane's own deadlines meet in every order; each question must be answered, by whoever has the turn.
    [Test]
    public void No_question_is_lost_and_no_two_turns_overlap_between_visitors_wakers_and_a_thread_with_deadlines()
    {
        const int rounds = 20_000;
        var asked = new int[3];
        var answered = new int[3];
        var inTurn = 0;
        var overlaps = 0;
        var turns = 0;
        using var lane = Lane(() =>
        {
            overlaps += Interlocked.Exchange(ref inTurn, 1);
            for (var i = 0; i < asked.Length; i++)
            {
                Volatile.Write(ref answered[i], Volatile.Read(ref asked[i]));
            }

            Interlocked.Exchange(ref inTurn, 0);
            return (turns++ % 3) switch
            {
                0 => Timeout.InfiniteTimeSpan,
                1 => TimeSpan.FromMicroseconds(20),
                _ => TimeSpan.FromMilliseconds(1),
            };
        });
        lane.Start();

        var askers = Enumerable.Range(0, asked.Length).Select(asker => Task.Factory.StartNew(
            () =>
            {
                for (var i = 1; i <= rounds; i++)
                {
                    var question = i;
                    Volatile.Write(ref asked[asker], question);
                    if (asker == 0)
                    {
                        lane.Wake();
                    }
                    else
                    {
                        lane.Visit();
                    }

                    if (!SpinWait.SpinUntil(() => Volatile.Read(ref answered[asker]) == question, Hang))
                    {
                        return false;
                    }
                }

                return true;
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();

        Assert.That(askers.Select(asker => asker.Result), Is.All.True);
        Assert.That(overlaps, Is.Zero);
    }

    /// <summary>A lane whose first turn has been taken, and whose thread sleeps, or is about to.</summary>
    private static ThreadLane AtRest(Action inTurn, TimeSpan firstRest, Func<TimeSpan>? rest = null)
    {
        using var first = new ManualResetEventSlim();
        var hasRested = false;
        var lane = Lane(() =>
        {
            inTurn();
            var result = hasRested && rest is not null ? rest() : firstRest;
            if (!hasRested)
            {
                hasRested = true;
                first.Set();
            }

            return result;
        });
        lane.Start();
        Assert.That(first.Wait(Hang), Is.True);
        Assert.That(SpinWait.SpinUntil(() => lane.IsAtRest, Hang), Is.True);
        return lane;
    }

    private static ThreadLane Lane(Func<TimeSpan> turn) => new("test", turn, static _ => { });
}
