using Consensus.AspNetCore.Problems;
using Consensus.AspNetCore.Tests.Fakes;
using Consensus.Replication.KeyValue;
using Consensus.Replication.Workflow;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Consensus.AspNetCore.Tests;

[TestFixture]
internal sealed class RefusalTests
{
    private ScriptedConsensus _consensus = null!;
    private ApiHost _host = null!;

    [SetUp]
    public async Task Start()
    {
        _consensus = new ScriptedConsensus();
        _host = await ApiHost.StartAsync(
            services => services.AddSingleton<IConsensus>(_consensus).AddSingleton(new KeyValueStore(_consensus)).AddSingleton(new WorkflowStore(_consensus)),
            application => application.MapConsensus());
    }

    [TearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [TestCase(RefusalReason.NoLeader, 503, "no-leader", true)]
    [TestCase(RefusalReason.Overloaded, 503, "overloaded", true)]
    [TestCase(RefusalReason.StorageFull, 503, "storage-full", true)]
    [TestCase(RefusalReason.Stopped, 503, "stopped", false)]
    [TestCase(RefusalReason.CommandTooLarge, 413, "too-large", false)]
    [TestCase(RefusalReason.SessionExpired, 410, "session-expired", false)]
    [TestCase(RefusalReason.RequestForgotten, 409, "request-forgotten", false)]
    [TestCase(RefusalReason.Busy, 409, "busy", true)]
    [TestCase(RefusalReason.InvalidChange, 409, "invalid-change", false)]
    [TestCase(RefusalReason.NotCaughtUp, 409, "not-caught-up", true)]
    [TestCase(RefusalReason.TimedOut, 504, "timed-out", true)]
    [TestCase(RefusalReason.NotSupported, 501, "not-supported", false)]
    [TestCase(RefusalReason.MembershipChanged, 409, "membership-changed", false)]
    [TestCase(RefusalReason.NotHere, 404, "not-here", false)]
    [TestCase(RefusalReason.RequestBeyondWindow, 409, "request-beyond-window", false)]
    [TestCase(RefusalReason.NotSignedByClient, 403, "not-signed-by-client", false)]
    [TestCase(RefusalReason.OtherEpoch, 409, "other-epoch", false)]
    [TestCase(RefusalReason.ReturnHeldUp, 409, "return-held-up", false)]
    [TestCase(RefusalReason.NotFromOperator, 403, "not-from-operator", false)]
    public async Task A_refusal_is_a_problem_with_a_code_of_its_own(RefusalReason reason, int status, string code, bool retries)
    {
        _consensus.Propose = (_, _) => new(ProposeResult.Refused(reason));
        _consensus.Query = _ => new QueryResult(reason, LogIndex.Zero, default);

        foreach (var method in new[] { HttpMethod.Delete, HttpMethod.Get })
        {
            var answer = await _host.SendAsync(method, "/v1/kv/key");

            Assert.That((answer.Status, answer.Code), Is.EqualTo((status, code)));
            Assert.That((string?)answer.Document["type"], Is.EqualTo($"urn:consensus:problem:{code}"));
            Assert.That((int)answer.Document["status"]!, Is.EqualTo(status));
            Assert.That((bool)answer.Document["may_have_taken_effect"]!, Is.False);
            Assert.That(answer.Headers.RetryAfter?.Delta, Is.EqualTo(retries ? TimeSpan.FromSeconds(1) : null));
        }
    }

    [Test]
    public void Every_reason_has_a_row()
    {
        var rows = typeof(RefusalTests).GetMethod(nameof(A_refusal_is_a_problem_with_a_code_of_its_own))!
            .GetCustomAttributes(typeof(TestCaseAttribute), inherit: false)
            .Select(row => (RefusalReason)((TestCaseAttribute)row).Arguments[0]!);

        Assert.That(rows, Is.EquivalentTo(Enum.GetValues<RefusalReason>().Where(reason => reason != RefusalReason.None)));
    }

    [Test]
    public void The_README_lists_every_problem_with_its_status()
    {
        var readme = File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "Data", "README.md"));

        foreach (var type in ProblemType.All)
        {
            Assert.That(readme, Does.Contain($"| `{type.Code}` | {type.Status} |"));
        }

        Assert.That(ProblemType.All.Select(type => type.Code), Is.Unique);
    }

    [TestCase(RefusalReason.TimedOut)]
    [TestCase(RefusalReason.NoLeader)]
    public async Task An_unknown_outcome_says_that_the_command_may_have_taken_effect(RefusalReason reason)
    {
        _consensus.Propose = (_, _) => new(ProposeResult.Unknown(reason));

        var answer = await _host.SendAsync(HttpMethod.Delete, "/v1/kv/key");

        Assert.That((answer.Status, answer.Code), Is.EqualTo((504, "outcome-unknown")));
        Assert.That((bool)answer.Document["may_have_taken_effect"]!, Is.True);
        Assert.That((string?)answer.Document["detail"], Does.StartWith("The command may have taken effect, or may still do"));
        Assert.That(answer.Headers.RetryAfter, Is.Null);
    }

    [TestCase(RefusalReason.SessionExpired, 410, "session-expired")]
    [TestCase(RefusalReason.RequestForgotten, 409, "request-forgotten")]
    public async Task A_number_that_the_group_has_forgotten_is_said_to_be_and_that_its_command_may_have_taken_effect(RefusalReason reason, int status, string code)
    {
        _consensus.Propose = (_, _) => new(ProposeResult.Unknown(reason));
        var body = ApiHost.Json("""{"to":"paid"}""");

        var answers = new[]
        {
            await _host.SendAsync(HttpMethod.Delete, "/v1/kv/key", null, ("Idempotency-Key", "12:1")),
            await _host.SendAsync(HttpMethod.Post, "/v1/cases/case/state", body, ("Idempotency-Key", "12:1")),
        };

        foreach (var answer in answers)
        {
            Assert.That((answer.Status, answer.Code), Is.EqualTo((status, code)));
            Assert.That((bool)answer.Document["may_have_taken_effect"]!, Is.True);
            Assert.That((string?)answer.Document["detail"], Does.Contain("may have taken effect").And.Not.Contain("will have, no effect").And.Not.Contain("to find out"));
        }
    }

    // The session that is gone is the node's own; it will number the next attempt in another.
    [Test]
    public async Task A_client_without_a_session_is_not_told_of_one()
    {
        _consensus.Propose = (_, _) => new(ProposeResult.Unknown(RefusalReason.SessionExpired));

        var answer = await _host.SendAsync(HttpMethod.Delete, "/v1/kv/key");

        Assert.That((answer.Status, answer.Code), Is.EqualTo((504, "outcome-unknown")));
    }

    [Test]
    public async Task A_node_that_stops_during_a_write_does_not_claim_that_it_had_no_effect()
    {
        _consensus.Propose = (_, _) => throw new ConsensusException(ConsensusFailure.Stopped, "The replica was stopped.");

        var answer = await _host.SendAsync(HttpMethod.Delete, "/v1/kv/key");

        Assert.That((answer.Status, answer.Code), Is.EqualTo((504, "outcome-unknown")));
        Assert.That((bool)answer.Document["may_have_taken_effect"]!, Is.True);
    }

    [Test]
    public async Task A_read_of_a_node_that_has_stopped_is_refused()
    {
        _consensus.Query = _ => throw new ConsensusException(ConsensusFailure.StorageFailed, "The disk failed.");

        var answer = await _host.SendAsync(HttpMethod.Get, "/v1/kv/key");

        Assert.That((answer.Status, answer.Code), Is.EqualTo((503, "stopped")));
        Assert.That((string?)answer.Document["detail"], Does.Contain("The disk failed."));
    }

    [TestCase("GET", false, "under request ")]
    [TestCase("DELETE", true, "The command may have taken effect.")]
    public async Task What_nobody_foresaw_is_a_problem_that_tells_nothing_of_the_inside_and_is_logged(string method, bool mayHaveTakenEffect, string sentence)
    {
        var log = new RecordedLog();
        _consensus.Propose = (_, _) => throw new InvalidOperationException("secret of /var/lib");
        _consensus.Query = _ => throw new InvalidOperationException("secret of /var/lib");
        await using var host = await ApiHost.StartAsync(
            services => services.AddSingleton<IConsensus>(_consensus).AddSingleton(new KeyValueStore(_consensus)).AddSingleton<ILoggerProvider>(log),
            application => application.MapConsensus());

        var answer = await host.SendAsync(new HttpMethod(method), "/v1/kv/key");

        Assert.That((answer.Status, answer.Code), Is.EqualTo((500, "internal-error")));
        Assert.That(answer.ContentHeaders.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
        Assert.That((string?)answer.Document["type"], Is.EqualTo("urn:consensus:problem:internal-error"));
        Assert.That((bool)answer.Document["may_have_taken_effect"]!, Is.EqualTo(mayHaveTakenEffect));
        Assert.That((string?)answer.Document["detail"], Does.Contain(sentence));
        Assert.That(answer.Text, Does.Not.Contain("secret").And.Not.Contain("Exception"));
        Assert.That(log.Entries.Where(entry => entry.Level == LogLevel.Error).Select(entry => entry.Exception?.Message), Is.EqualTo(["secret of /var/lib"]));
    }

    [TestCase("", ReadConsistency.Linearizable)]
    [TestCase("?consistency=linearizable", ReadConsistency.Linearizable)]
    [TestCase("?consistency=stale", ReadConsistency.Stale)]
    public async Task A_read_is_as_consistent_as_was_asked_for(string query, ReadConsistency expected)
    {
        await _host.SendAsync(HttpMethod.Get, $"/v1/kv/key{query}");

        Assert.That(_consensus.LastConsistency, Is.EqualTo(expected));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_client_that_leaves_cancels_its_command(CancellationToken cancellationToken)
    {
        var proposed = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        _consensus.Propose = async (_, token) =>
        {
            token.Register(cancelled.SetResult);
            proposed.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            return default;
        };
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var request = _host.Client.DeleteAsync("/v1/kv/key", leaving.Token);
        await proposed.Task.WaitAsync(cancellationToken);

        await leaving.CancelAsync();

        await cancelled.Task.WaitAsync(cancellationToken);
        await Assert.ThatAsync(() => request, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_group_without_a_key_value_machine_has_no_key_value_endpoints()
    {
        await using var host = await ApiHost.StartAsync(new ScriptedConsensus());

        Assert.That((await host.SendAsync(HttpMethod.Get, "/v1/kv/key")).Status, Is.EqualTo(404));
    }
}
