using Consensus.AspNetCore.Tests.Fakes;
using Consensus.Cli.Tests.Support;

namespace Consensus.Cli.Tests.Client;

[TestFixture]
internal sealed class FailoverTests
{
    private const string Nowhere = "http://127.0.0.1:9";

    private LocalConsensus _group = null!;
    private ApiNode _first = null!;
    private ApiNode _second = null!;

    [SetUp]
    public async Task Start()
    {
        _group = ApiNode.CreateGroup();
        _first = await ApiNode.StartAsync(_group);
        _second = await ApiNode.StartAsync(_group);
    }

    [TearDown]
    public async Task Stop()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Test]
    public async Task A_node_that_cannot_be_reached_is_passed_over()
    {
        var put = await ToolRun.OfAsync("put", "key", "value", "--endpoint", $"{Nowhere},{_first.Endpoint}");
        var get = await ToolRun.OfAsync("get", "key", "--endpoint", Nowhere, "--endpoint", _second.Endpoint);

        Assert.That((put.ExitCode, get.Output), Is.EqualTo((0, "value")));
    }

    [Test]
    public async Task A_write_whose_answer_is_lost_is_sent_again_and_takes_effect_once()
    {
        var lost = 0;
        _first.Intercept = async (context, next) =>
        {
            if (context.Request.Path.StartsWithSegments("/v1/kv", StringComparison.Ordinal) && Interlocked.Increment(ref lost) == 1)
            {
                // The command is committed; the connection breaks before the answer.
                context.Response.Body = Stream.Null;
                await next(context);
                context.Abort();
                return;
            }

            await next(context);
        };

        var swap = await ToolRun.OfAsync("cas", "key", "--expect-none", "--set", "value", "--endpoint", $"{_first.Endpoint},{_second.Endpoint}");

        Assert.That((swap.ExitCode, swap.Error), Is.EqualTo((0, "")));
        Assert.That(_group.Proposals, Is.EqualTo(2));
    }

    [Test]
    public async Task A_write_with_an_unknown_outcome_is_sent_again_and_takes_effect_once()
    {
        _group.Distort = (number, result) => number == 1 ? ProposeResult.Unknown(RefusalReason.TimedOut) : result;

        var swap = await ToolRun.OfAsync("cas", "key", "--expect-none", "--set", "value", "--endpoint", $"{_first.Endpoint},{_second.Endpoint}");

        Assert.That((swap.ExitCode, swap.Error), Is.EqualTo((0, "")));
    }

    [Test]
    public async Task A_node_whose_disk_is_full_is_passed_over()
    {
        _group.Distort = (number, result) => number == 1 ? ProposeResult.Refused(RefusalReason.StorageFull) : result;

        var swap = await ToolRun.OfAsync("cas", "key", "--expect-none", "--set", "value", "--endpoint", $"{_first.Endpoint},{_second.Endpoint}");

        Assert.That((swap.ExitCode, swap.Error), Is.EqualTo((0, "")));
    }

    [Test]
    public async Task A_change_of_membership_whose_answer_is_lost_is_asked_for_again()
    {
        var lost = 0;
        _first.Intercept = async (context, next) =>
        {
            if (Interlocked.Increment(ref lost) == 1)
            {
                // The change is made; the connection breaks before the answer.
                context.Response.Body = Stream.Null;
                await next(context);
                context.Abort();
                return;
            }

            await next(context);
        };

        var run = await ToolRun.OfAsync("member", "add", "4", "h:1", "--endpoint", _first.Endpoint);

        Assert.That((run.ExitCode, run.Error, _group.Changes), Is.EqualTo((0, "", 2)));
    }

    [Test]
    public async Task A_change_of_membership_during_which_the_leader_changed_is_asked_for_again()
    {
        _group.DistortChange = number => number <= 2 ? new ControlResult(RefusalReason.TimedOut, "Leadership changed.") : ControlResult.Done;

        var run = await ToolRun.OfAsync("member", "remove", "1", "--endpoint", $"{_first.Endpoint},{_second.Endpoint}");

        Assert.That((run.ExitCode, run.Error, _group.Changes), Is.EqualTo((0, "", 3)));
    }

    [Test]
    public async Task A_change_of_membership_that_is_refused_when_it_is_asked_for_again_is_refused()
    {
        _group.DistortChange = number => new ControlResult(number == 1 ? RefusalReason.TimedOut : RefusalReason.InvalidChange, "Because.");

        var run = await ToolRun.OfAsync("member", "promote", "4", "--endpoint", _first.Endpoint);

        Assert.That((run.ExitCode, run.Error.TrimEnd(), _group.Changes), Is.EqualTo((1, "Because. [invalid-change]", 2)));
    }

    [Test]
    public async Task A_change_of_membership_that_nobody_answers_ends_with_its_time_and_is_unknown()
    {
        _first.Intercept = (context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

        var run = await ToolRun.OfAsync("member", "remove", "1", "--timeout", "1", "--endpoint", _first.Endpoint);

        Assert.That((run.ExitCode, _group.Changes), Is.EqualTo((1, 0)));
        Assert.That(run.Error, Does.Contain("The outcome is not known"));
    }

    [Test]
    public async Task A_refusal_that_may_pass_is_waited_for()
    {
        _group.Distort = (number, result) => number <= 3 ? ProposeResult.Refused(RefusalReason.NoLeader) : result;

        var put = await ToolRun.OfAsync("put", "key", "value", "--endpoint", _first.Endpoint);

        Assert.That((put.ExitCode, _group.Proposals), Is.EqualTo((0, 4)));
    }

    // To ask again helps nothing: the window moves on by acknowledgements only.
    [Test]
    public async Task A_number_beyond_the_sessions_window_is_not_sent_again()
    {
        _group.Distort = (_, _) => ProposeResult.Refused(RefusalReason.RequestBeyondWindow);

        var put = await ToolRun.OfAsync("put", "key", "value", "--endpoint", $"{_first.Endpoint},{_second.Endpoint}");

        Assert.That((put.ExitCode, _group.Proposals), Is.EqualTo((1, 1)));
        Assert.That(put.Error, Does.Contain("[request-beyond-window]"));
    }

    [Test]
    public async Task When_nobody_answers_the_message_says_who_was_asked_and_why_not()
    {
        var run = await ToolRun.OfAsync("status", "--timeout", "1", "--endpoint", Nowhere);

        Assert.That((run.ExitCode, run.Output), Is.EqualTo((1, "")));
        Assert.That(run.Error, Does.Contain("Is one running there?").And.Contains("--endpoint"));
        Assert.That(run.Error.TrimEnd().Split("--endpoint. ")[1], Does.StartWith($"{Nowhere}").And.Contains("refused"));
    }

    [TestCase(RefusalReason.NoLeader, "no-leader")]
    [TestCase(RefusalReason.StorageFull, "storage-full")]
    public async Task When_nodes_answer_and_cannot_do_it_the_message_says_why_and_asks_for_no_node(RefusalReason reason, string code)
    {
        _group.Distort = (_, _) => ProposeResult.Refused(reason);

        var put = await ToolRun.OfAsync("put", "key", "value", "--timeout", "2", "--endpoint", $"{_first.Endpoint},{Nowhere}");

        Assert.That((put.ExitCode, put.Output), Is.EqualTo((1, "")));
        var last = put.Error.TrimEnd().Split('\n')[^1];
        Assert.That(last, Does.StartWith("No node could do it.").And.Contains($"{_first.Endpoint}").And.Contains(Nowhere).And.EndsWith($"[{code}]"));
        Assert.That(last, Does.Not.Contain("running there"));
    }

    [Test]
    public async Task What_a_node_said_is_not_forgotten_when_the_time_is_over_before_it_answers_again()
    {
        var asked = 0;
        _first.Intercept = (context, _) =>
        {
            if (Interlocked.Increment(ref asked) > 1)
            {
                return Task.Delay(Timeout.Infinite, context.RequestAborted);
            }

            context.Response.StatusCode = 503;
            return context.Response.Body.WriteAsync("""{"code":"no-leader","detail":"The group has no leader at the moment."}"""u8.ToArray()).AsTask();
        };

        var get = await ToolRun.OfAsync("get", "key", "--timeout", "2", "--endpoint", _first.Endpoint);

        Assert.That(asked, Is.GreaterThan(1));
        Assert.That(get.Error.TrimEnd().Split('\n')[^1], Is.EqualTo($"No node could do it. {_first.Endpoint}: The group has no leader at the moment. [no-leader]"));
    }

    [Test]
    public async Task A_token_that_is_not_enough_is_said_and_not_taken_for_a_node_that_is_away()
    {
        _first.Intercept = (context, _) =>
        {
            context.Response.StatusCode = 403;
            context.Response.ContentType = "application/problem+json";
            return context.Response.Body.WriteAsync("""{"type":"urn:consensus:problem:forbidden","title":"Not allowed","status":403,"code":"forbidden","detail":"The token is for the role read; this needs write."}"""u8.ToArray()).AsTask();
        };

        var put = await ToolRun.OfAsync("put", "key", "value", "--endpoint", _first.Endpoint);

        Assert.That((put.ExitCode, put.Error.TrimEnd()), Is.EqualTo((1, "No node could do it. The token is for the role read; this needs write. [forbidden]")));
    }

    [Test]
    public async Task An_answer_of_something_else_than_a_node_is_reported_as_such()
    {
        _first.Intercept = (context, _) =>
        {
            context.Response.StatusCode = 403;
            return context.Response.Body.WriteAsync("<html>no</html>"u8.ToArray()).AsTask();
        };

        var run = await ToolRun.OfAsync("get", "key", "--endpoint", _first.Endpoint);

        Assert.That((run.ExitCode, run.Error.TrimEnd()), Is.EqualTo((1, "The answer has status 403 and is not one of a node's API.")));
    }
}
