using Consensus.Client.Tests.Support;
using static Consensus.Client.Tests.Support.ScriptedNodes;

namespace Consensus.Client.Tests.Calls;

/// <summary>What is sent again, where to, when, and what the caller learns.</summary>
public sealed class RetryTests
{
    private static readonly byte[] Key = "key"u8.ToArray();
    private static readonly byte[] Value = "value"u8.ToArray();

    private readonly List<RetryNotice> _retries = [];
    private ScriptedNodes _nodes = null!;
    private ConsensusClient _client = null!;

    [SetUp]
    public void Start()
    {
        _retries.Clear();
        _nodes = new ScriptedNodes("a", "b", "c");
        _client = _nodes.CreateClient(options => options.Retrying = _retries.Add);
    }

    [TearDown]
    public async Task Stop()
    {
        await _client.DisposeAsync();
        _nodes.Dispose();
    }

    [Test]
    public async Task A_node_that_cannot_be_reached_is_passed_over_and_not_asked_first_again()
    {
        _nodes.On("a", Unreachable);

        var first = await PutAsync();
        var second = await PutAsync();

        Assert.That((first.IsApplied, second.IsApplied), Is.EqualTo((true, true)));
        Assert.That(_nodes.Seen.Select(request => request.Node), Is.EqualTo(["a", "b", "b"]));
        Assert.That(_retries.Single().Failures, Is.EqualTo("http://a:8101: Connection refused by a."));
    }

    [TestCase("no-leader")]
    [TestCase("overloaded")]
    [TestCase("storage-full")]
    [TestCase("stopped")]
    [TestCase("timed-out")]
    public async Task A_refusal_that_another_node_may_not_share_is_taken_to_it(string code)
    {
        _nodes.On("a", _ => Problem(code));

        Assert.That((await PutAsync()).IsApplied, Is.True);
        Assert.That(_nodes.Seen, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_write_whose_answer_is_lost_is_sent_again_with_its_number()
    {
        _nodes.On("a", Broken);
        _nodes.On("b", _ => Problem("outcome-unknown", 504, mayHaveTakenEffect: true));

        var put = await PutAsync();

        Assert.That(put, Is.EqualTo(new WriteResult(ProposeStatus.Applied, RefusalReason.None, KeyValueRejection.None, new LogIndex(1), false, new LogIndex(1), "")));
        Assert.That(_nodes.Seen.Select(request => request.Key), Is.EqualTo(["12:1", "12:1", "12:1"]));
    }

    [Test]
    public async Task A_write_that_waits_for_a_certificate_says_so_each_time_that_it_is_sent()
    {
        _nodes.On("a", Broken);
        _nodes.On("b", _ => Problem("outcome-unknown", 504, mayHaveTakenEffect: true));

        var put = await _client.KeyValue.PutAsync(Key, Value, new ProposeOptions(WaitFor: CommitLevel.Certified));
        var plain = await PutAsync();

        Assert.That((put.IsApplied, plain.IsApplied), Is.EqualTo((true, true)));
        Assert.That(
            _nodes.Seen.Select(request => (request.What, request.Key)),
            Is.EqualTo(Enumerable.Repeat(("PUT /v1/kv/key?wait_for=certified", "12:1"), 3).Append(("PUT /v1/kv/key", "12:2"))));
    }

    [Test]
    public async Task A_certificate_that_the_group_cannot_give_is_refused_and_no_other_node_is_asked()
    {
        _nodes.On("a", _ => Problem("not-supported", 501));

        var put = await _client.KeyValue.PutAsync(Key, Value, new ProposeOptions(WaitFor: CommitLevel.Certified));

        Assert.That((put.Status, put.Refusal), Is.EqualTo((ProposeStatus.Refused, RefusalReason.NotSupported)));
        Assert.That(_nodes.Seen, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_node_that_is_silent_costs_one_attempt_and_not_the_whole_time()
    {
        _nodes.On("a", Silence);

        var started = _nodes.Time.GetTimestamp();
        var put = await _nodes.Time.RunAsync(_client.KeyValue.PutAsync(Key, Value));

        Assert.That(put.IsApplied, Is.True);
        Assert.That(_nodes.Time.GetElapsedTime(started), Is.EqualTo(TimeSpan.FromSeconds(6)));
    }

    [Test]
    public async Task A_write_that_nobody_answers_in_time_is_unknown_if_it_may_have_been_taken()
    {
        foreach (var node in new[] { "a", "b", "c" })
        {
            _nodes.On(node, Broken);
        }

        var started = _nodes.Time.GetTimestamp();
        var put = await _nodes.Time.RunAsync(_client.KeyValue.PutAsync(Key, Value, new ProposeOptions(TimeSpan.FromSeconds(3))));

        Assert.That((put.Status, put.Refusal), Is.EqualTo((ProposeStatus.Unknown, RefusalReason.TimedOut)));
        Assert.That(_nodes.Time.GetElapsedTime(started), Is.LessThanOrEqualTo(TimeSpan.FromSeconds(3)));
        Assert.That(put.Detail, Is.EqualTo("http://a:8101: The response of a ended. http://b:8101: The response of b ended. http://c:8101: The response of c ended."));
    }

    [Test]
    public async Task A_write_that_certainly_had_no_effect_is_refused_with_the_last_reason()
    {
        foreach (var node in new[] { "a", "b", "c" })
        {
            _nodes.On(node, _ => Problem("no-leader"));
        }

        var put = await _nodes.Time.RunAsync(_client.KeyValue.PutAsync(Key, Value));

        Assert.That((put.Status, put.Refusal), Is.EqualTo((ProposeStatus.Refused, RefusalReason.NoLeader)));
    }

    [Test]
    public async Task A_write_that_reached_nobody_is_refused_as_too_late()
    {
        await PutAsync();
        foreach (var node in new[] { "a", "b", "c" })
        {
            _nodes.On(node, Unreachable);
        }

        var put = await _nodes.Time.RunAsync(_client.KeyValue.PutAsync(Key, Value));

        Assert.That((put.Status, put.Refusal), Is.EqualTo((ProposeStatus.Refused, RefusalReason.TimedOut)));
    }

    [Test]
    public async Task A_rejection_that_was_committed_is_the_result_also_after_an_unknown_attempt()
    {
        _nodes.On("a", Broken);
        _nodes.On("b", _ => Problem("comparison-failed", 409, more: ""","rejection":"comparison_failed","index":7,"version":3"""));

        var swap = await _client.KeyValue.CompareAndSwapAsync(Key, default(ReadOnlyMemory<byte>?), Value);

        Assert.That((swap.Status, swap.Rejection, swap.Index, swap.Existed, swap.Version),
            Is.EqualTo((ProposeStatus.Rejected, KeyValueRejection.ComparisonFailed, new LogIndex(7), true, new LogIndex(3))));
        Assert.That(_nodes.Seen[0].Body, Is.EqualTo("""{"expected":null,"replacement":"value"}"""));
    }

    [Test]
    public async Task A_refusal_after_an_unknown_attempt_does_not_make_it_known()
    {
        _nodes.On("a", Broken);
        _nodes.On("b", _ => Problem("request-forgotten", 409, mayHaveTakenEffect: true));

        var put = await _nodes.Time.RunAsync(_client.KeyValue.PutAsync(Key, Value));

        Assert.That((put.Status, put.Refusal), Is.EqualTo((ProposeStatus.Unknown, RefusalReason.RequestForgotten)));
    }

    [Test]
    public async Task A_node_is_left_alone_for_as_long_as_it_says()
    {
        using var nodes = new ScriptedNodes("a");
        await using var client = nodes.CreateClient();
        nodes.On("a", _ => Problem("overloaded", retryAfter: 4), _ => Wrote(2));

        var started = nodes.Time.GetTimestamp();
        var put = await nodes.Time.RunAsync(client.KeyValue.PutAsync(Key, Value));

        Assert.That(put.IsApplied, Is.True);
        Assert.That(nodes.Time.GetElapsedTime(started), Is.EqualTo(TimeSpan.FromSeconds(4)).Within(TimeSpan.FromMilliseconds(1)));
    }

    [Test]
    public async Task Nobody_waits_for_a_node_that_wants_more_time_than_there_is()
    {
        using var nodes = new ScriptedNodes("a");
        await using var client = nodes.CreateClient();
        nodes.On("a", _ => Problem("overloaded", retryAfter: 60));

        var put = await client.KeyValue.PutAsync(Key, Value);

        Assert.That((put.Status, put.Refusal), Is.EqualTo((ProposeStatus.Refused, RefusalReason.Overloaded)));
    }

    [Test]
    public async Task A_node_that_keeps_failing_is_asked_less_and_less_often()
    {
        using var nodes = new ScriptedNodes("a");
        await using var client = nodes.CreateClient();
        nodes.On("a", Unreachable);

        await nodes.Time.RunAsync(client.GetStatusAsync());

        // 15 s with pauses of 50 ms to 1 s, half of each left to chance: at least one attempt a second, at most one each half.
        Assert.That(nodes.Seen, Has.Count.InRange(17, 37));
    }

    [Test]
    public async Task A_read_is_repeated_and_leaves_nothing_unknown()
    {
        _nodes.On("a", Broken);
        _nodes.On("b", Broken);
        _nodes.On("c", Broken);

        var get = await _nodes.Time.RunAsync(_client.KeyValue.GetAsync(Key));

        Assert.That((get.IsAnswered, get.Refusal), Is.EqualTo((false, RefusalReason.TimedOut)));
        Assert.That(_nodes.Seen[0], Is.EqualTo(new Seen("a", "GET /v1/kv/key?consistency=linearizable", null, null, "")));
    }

    [Test]
    public async Task A_proxy_that_finds_no_node_behind_it_is_asked_again()
    {
        _nodes.On("a", _ => Document("<html>bad gateway</html>", 502));

        Assert.That((await PutAsync()).IsApplied, Is.True);
    }

    [TestCase(403)]
    [TestCase(404)]
    public async Task An_answer_of_something_else_than_a_node_is_an_error_that_says_so(int status)
    {
        _nodes.On("a", _ => Document("<html>no</html>", status));

        await Assert.ThatAsync(() => PutAsync(), Throws.TypeOf<ConsensusException>().With.Message.Contains($"status {status}"));
        Assert.That(_nodes.Seen, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_change_of_membership_whose_answer_is_lost_is_unknown_and_not_sent_again()
    {
        _nodes.On("a", Broken);

        var change = await _client.RemoveMemberAsync(new NodeId(3));

        Assert.That((change.Status, change.Refusal), Is.EqualTo((ProposeStatus.Unknown, RefusalReason.TimedOut)));
        Assert.That(_nodes.Seen.Single().What, Is.EqualTo("DELETE /v1/members/3"));
    }

    [Test]
    public async Task A_change_of_membership_that_certainly_had_no_effect_is_sent_again()
    {
        _nodes.On("a", Unreachable);
        _nodes.On("b", _ => Problem("no-leader"));
        _nodes.On("c", _ => Document("""{"members":[],"outgoing":[]}"""));

        var change = await _client.AddVoterAsync(new NodeId(4), "host:7004");

        Assert.That(change.IsDone, Is.True);
        Assert.That(_nodes.Seen[^1].Body, Is.EqualTo("""{"id":4,"address":"host:7004","kind":"add_voter"}"""));
    }

    [Test]
    public async Task An_order_to_end_the_epoch_is_sent_again_for_it_takes_effect_once()
    {
        _nodes.On("a", Broken);
        _nodes.On("b", _ => Problem("no-leader"));
        _nodes.On("c", _ => Document("""{"node":3,"epoch":1}"""));

        var sealing = await _client.EndEpochAsync("order"u8.ToArray());

        Assert.That(sealing.IsDone, Is.True, sealing.Detail);
        Assert.That(_nodes.Seen.Select(seen => (seen.What, seen.Body)), Has.All.EqualTo(("POST /v1/control/seal", """{"order":"b3JkZXI="}""")));
        Assert.That(_nodes.Seen, Has.Count.GreaterThanOrEqualTo(3));
    }

    [TestCase("other-epoch", RefusalReason.OtherEpoch)]
    [TestCase("return-held-up", RefusalReason.ReturnHeldUp)]
    [TestCase("not-from-operator", RefusalReason.NotFromOperator)]
    [TestCase("invalid-change", RefusalReason.InvalidChange)]
    [TestCase("not-supported", RefusalReason.NotSupported)]
    public async Task An_order_that_is_refused_says_why(string code, RefusalReason reason)
    {
        _nodes.On("a", _ => Problem(code, 409));

        var sealing = await _client.EndEpochAsync("order"u8.ToArray());

        Assert.That(sealing, Is.EqualTo(new ChangeResult(ProposeStatus.Refused, reason, $"Because of {code}.")));
    }

    [TestCase("busy", RefusalReason.Busy)]
    [TestCase("not-caught-up", RefusalReason.NotCaughtUp)]
    [TestCase("invalid-change", RefusalReason.InvalidChange)]
    [TestCase("not-supported", RefusalReason.NotSupported)]
    public async Task A_transfer_that_the_group_refuses_says_why(string code, RefusalReason reason)
    {
        _nodes.On("a", _ => Problem(code, 409));

        var transfer = await _client.TransferLeadershipAsync(new NodeId(2));

        Assert.That(transfer, Is.EqualTo(new ChangeResult(ProposeStatus.Refused, reason, $"Because of {code}.")));
        Assert.That(_nodes.Seen.Single().Body, Is.EqualTo("""{"target":2}"""));
    }

    [Test]
    public async Task A_change_may_take_longer_than_an_attempt()
    {
        _nodes.On("a", Silence);

        var started = _nodes.Time.GetTimestamp();
        var change = await _nodes.Time.RunAsync(_client.PromoteAsync(new NodeId(4)));

        Assert.That(change.Status, Is.EqualTo(ProposeStatus.Unknown));
        Assert.That(_nodes.Time.GetElapsedTime(started), Is.EqualTo(TimeSpan.FromSeconds(130)));
    }

    [Test]
    public async Task A_caller_who_goes_away_is_let_go()
    {
        _nodes.On("a", Silence);
        using var cancel = new CancellationTokenSource();
        var put = _client.KeyValue.PutAsync(Key, Value, cancellationToken: cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThatAsync(async () => await put, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_closed_client_takes_no_calls()
    {
        await _client.DisposeAsync();

        await Assert.ThatAsync(() => PutAsync(), Throws.InstanceOf<ObjectDisposedException>().Or.InstanceOf<OperationCanceledException>());
    }

    [TestCase(0, KeyValueRejection.KeyEmpty)]
    [TestCase(1025, KeyValueRejection.KeyTooLong)]
    public async Task A_key_that_no_address_can_carry_is_not_sent(int length, KeyValueRejection rejection)
    {
        var put = await _client.KeyValue.PutAsync(new byte[length], Value);
        var get = await _client.KeyValue.GetAsync(new byte[length]);

        Assert.That((put.Status, put.Rejection, get.Rejection), Is.EqualTo((ProposeStatus.Rejected, rejection, rejection)));
        Assert.That(_nodes.Seen, Is.Empty);
    }

    [Test]
    public async Task A_rejection_that_only_a_newer_node_knows_is_still_a_rejection()
    {
        _nodes.On("a", _ => Problem("rejected", 409, more: ""","rejection":"of_tomorrow","index":7"""));

        var put = await PutAsync();

        Assert.That((put.Status, put.Rejection, put.Detail), Is.EqualTo((ProposeStatus.Rejected, KeyValueRejection.Other, "Because of rejected.")));
    }

    private async Task<WriteResult> PutAsync() => await _client.KeyValue.PutAsync(Key, Value);
}
