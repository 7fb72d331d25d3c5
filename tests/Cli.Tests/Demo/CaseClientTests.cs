using Consensus.Cli.Demo.Audit;
using Consensus.Cli.Demo.Load;

namespace Consensus.Cli.Tests.Demo;

[TestFixture]
public sealed class CaseClientTests
{
    private static readonly DeskAnswer Applied = new(ProposeStatus.Applied, RefusalReason.None, "");
    private static readonly DeskAnswer Unknown = new(ProposeStatus.Unknown, RefusalReason.TimedOut, "");
    private static readonly DeskAnswer NoLeader = new(ProposeStatus.Refused, RefusalReason.NoLeader, "");
    private static readonly DeskAnswer Expired = new(ProposeStatus.Unknown, RefusalReason.SessionExpired, "");
    private static readonly DeskAnswer Rejected = new(ProposeStatus.Rejected, RefusalReason.None, "no");

    [Test]
    public async Task A_case_is_created_moved_and_stamped_under_consecutive_numbers()
    {
        var (ledger, desk) = await RunAsync(requests: 5, _ => Applied);

        Assert.That(desk.Requests.Select(request => request.Step), Is.EqualTo(new[] { 0, 1, 2, 3, 4 }));
        Assert.That(desk.Requests.Select(request => request.Identity.Sequence), Is.EqualTo(new ulong[] { 1, 2, 3, 4, 5 }));
        Assert.That(desk.Requests.Select(request => request.CaseId).Distinct(StringComparer.Ordinal), Has.One.Items);
        Assert.That(ledger.CountOf(OperationOutcome.Acknowledged), Is.EqualTo(5));
    }

    [Test]
    public async Task An_unknown_outcome_is_asked_about_under_the_same_number_until_somebody_knows()
    {
        var (ledger, desk) = await RunAsync(requests: 4, request => request.Attempt < 4 ? Unknown : Applied);

        Assert.That(desk.Requests.Select(request => request.Identity).Distinct(), Has.One.Items);
        Assert.That(desk.Requests.Select(request => request.Operation).Distinct(), Has.One.Items);
        Assert.That(ledger[0], Is.EqualTo(OperationOutcome.Acknowledged));
    }

    [Test]
    public async Task A_refusal_is_no_outcome_and_is_asked_again()
    {
        var (ledger, desk) = await RunAsync(requests: 2, request => request.Attempt < 2 ? NoLeader : Applied);

        Assert.That(desk.Requests.Select(request => request.Identity).Distinct(), Has.One.Items);
        Assert.That(ledger[0], Is.EqualTo(OperationOutcome.Acknowledged));
    }

    [Test]
    public async Task An_operation_that_may_have_happened_stays_unknown_when_its_session_is_gone()
    {
        var (ledger, _) = await RunAsync(requests: 2, request => request.Attempt == 1 ? Unknown : Expired with { Status = ProposeStatus.Refused });

        Assert.That(ledger[0], Is.EqualTo(OperationOutcome.Unknown));
    }

    [TestCase(RefusalReason.SessionExpired)]
    [TestCase(RefusalReason.RequestForgotten)]
    public async Task An_operation_whose_session_is_gone_is_unknown_and_never_sent_again_and_the_next_has_a_new_session(RefusalReason reason)
    {
        var (ledger, desk) = await RunAsync(requests: 2, request => request.Attempt == 1 ? Expired with { Refusal = reason } : Applied);

        Assert.That(ledger[0], Is.EqualTo(OperationOutcome.Unknown));
        Assert.That(desk.Requests[1].Identity, Is.EqualTo(new RequestId(new ClientId(2), 1)));
        Assert.That(desk.Requests[1].CaseId, Is.Not.EqualTo(desk.Requests[0].CaseId));
    }

    [Test]
    public async Task A_number_beyond_the_sessions_window_is_refused_and_a_new_session_opened()
    {
        var beyond = new DeskAnswer(ProposeStatus.Refused, RefusalReason.RequestBeyondWindow, "");

        var (ledger, desk) = await RunAsync(requests: 2, request => request.Attempt == 1 ? beyond : Applied);

        Assert.That(ledger[0], Is.EqualTo(OperationOutcome.Refused));
        Assert.That(desk.Requests[1].Identity, Is.EqualTo(new RequestId(new ClientId(2), 1)));
    }

    // What it has opened may have been no session at all.
    [Test]
    public async Task The_next_session_is_opened_by_another_node()
    {
        var ledger = new ClientLedger(0);
        using var stop = new CancellationTokenSource();
        var liar = new ScriptedDesk(_ => Expired);
        var honest = new ScriptedDesk(_ =>
        {
            stop.Cancel();
            return Applied;
        });

        await new CaseClient(ledger, node => node == 0 ? liar : honest, nodes: 2, TimeProvider.System).RunAsync(TimeSpan.Zero, stop.Token, CancellationToken.None);

        Assert.That((liar.Requests.Count, honest.Requests.Count), Is.EqualTo((1, 1)));
        Assert.That(ledger[0], Is.EqualTo(OperationOutcome.Unknown));
    }

    [Test]
    public async Task A_rejection_is_written_down_as_no_effect()
    {
        var (ledger, _) = await RunAsync(requests: 1, _ => Rejected);

        Assert.That(ledger[0], Is.EqualTo(OperationOutcome.Refused));
    }

    [Test]
    public async Task A_node_that_stops_while_it_is_asked_leaves_the_outcome_to_be_found_out()
    {
        var (ledger, desk) = await RunAsync(
            requests: 2, request => request.Attempt == 1 ? throw new ConsensusException(ConsensusFailure.Stopped, "killed") : Applied);

        Assert.That(desk.Requests.Select(request => request.Identity).Distinct(), Has.One.Items);
        Assert.That(ledger[0], Is.EqualTo(OperationOutcome.Acknowledged));
    }

    [Test]
    public async Task An_operation_that_is_given_up_stays_unknown()
    {
        var ledger = new ClientLedger(0);
        using var abandon = new CancellationTokenSource();
        var desk = new ScriptedDesk(_ =>
        {
            abandon.Cancel();
            return Unknown;
        });

        await new CaseClient(ledger, _ => desk, nodes: 1, TimeProvider.System).RunAsync(TimeSpan.Zero, CancellationToken.None, abandon.Token);

        Assert.That(ledger[0], Is.EqualTo(OperationOutcome.Unknown));
    }

    [Test]
    public async Task Nodes_that_are_down_are_passed_over()
    {
        var ledger = new ClientLedger(0);
        using var stop = new CancellationTokenSource();
        var desk = new ScriptedDesk(_ =>
        {
            stop.Cancel();
            return Applied;
        });

        await new CaseClient(ledger, node => node == 2 ? desk : null, nodes: 3, TimeProvider.System).RunAsync(TimeSpan.Zero, stop.Token, CancellationToken.None);

        Assert.That(ledger.CountOf(OperationOutcome.Acknowledged), Is.EqualTo(1));
    }

    /// <summary>Lets one client send so many requests; attempts are counted from 1 over all of them.</summary>
    private static async Task<(ClientLedger Ledger, ScriptedDesk Desk)> RunAsync(int requests, Func<(int Attempt, ScriptedDesk.Request Request), DeskAnswer> answer)
    {
        var ledger = new ClientLedger(0);
        using var stop = new CancellationTokenSource();
        var attempt = 0;
        var desk = new ScriptedDesk(request =>
        {
            if (++attempt == requests)
            {
                stop.Cancel();
            }

            return answer((attempt, request));
        });

        await new CaseClient(ledger, _ => desk, nodes: 1, TimeProvider.System).RunAsync(TimeSpan.Zero, stop.Token, CancellationToken.None);
        return (ledger, desk);
    }
}
