using Consensus.Client.Sessions;
using Consensus.Client.Tests.Support;
using static Consensus.Client.Tests.Support.ScriptedNodes;

namespace Consensus.Client.Tests.Sessions;

/// <summary>Numbers, acknowledgements, and sessions that come and go.</summary>
public sealed class SessionTests
{
    private static readonly byte[] Value = "value"u8.ToArray();

    private readonly Dictionary<string, TaskCompletionSource<HttpResponseMessage>> _waiting = new(StringComparer.Ordinal);
    private ScriptedNodes _nodes = null!;
    private ConsensusClient _client = null!;

    [SetUp]
    public void Start()
    {
        _waiting.Clear();
        _nodes = new ScriptedNodes("a", "b");
        _client = _nodes.CreateClient();
    }

    [TearDown]
    public async Task Stop()
    {
        await _client.DisposeAsync();
        _nodes.Dispose();
    }

    [Test]
    public async Task A_number_is_acknowledged_when_all_below_have_ended_and_no_sooner()
    {
        Hold();
        var one = PutAsync("1");
        var two = PutAsync("2");
        Answer("2");
        await two;
        var three = PutAsync("3");
        Answer("1");
        await one;
        var four = PutAsync("4");
        Answer("3");
        Answer("4");
        await Task.WhenAll(three, four);

        Assert.That(_nodes.Seen.Select(request => (request.Key, request.AcknowledgedBelow)),
            Is.EqualTo([("12:1", "1"), ("12:2", "1"), ("12:3", "1"), ("12:4", "3")]));
        Assert.That(_nodes.SessionsOpened, Is.EqualTo(1));
    }

    [Test]
    public async Task A_write_that_was_given_up_holds_up_no_acknowledgement()
    {
        _nodes.On("a", Silence);
        using var cancel = new CancellationTokenSource();
        var lost = _client.KeyValue.PutAsync(Value, Value, cancellationToken: cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThatAsync(async () => await lost, Throws.InstanceOf<OperationCanceledException>());
        _nodes.On("a", _ => Wrote(1));

        await PutAsync("2");

        Assert.That(_nodes.Seen[^1].AcknowledgedBelow, Is.EqualTo("2"));
    }

    [Test]
    public async Task A_session_that_the_group_has_closed_is_replaced_and_the_write_sent_under_a_new_number()
    {
        _nodes.On("a", _ => Wrote(1), _ => Problem("session-expired", 410), _ => Wrote(3));

        await PutAsync("1");
        var second = await PutAsync("2");

        Assert.That(second.IsApplied, Is.True);
        Assert.That(_nodes.Seen.Select(request => request.Key), Is.EqualTo(["12:1", "12:2", "13:1"]));
    }

    [Test]
    public async Task A_session_that_is_closed_under_a_write_that_may_have_been_taken_leaves_it_unknown()
    {
        _nodes.On("a", Broken);
        _nodes.On("b", _ => Problem("session-expired", 410), _ => Wrote(3));

        var lost = await PutAsync("1");
        var next = await PutAsync("2");

        Assert.That((lost.Status, lost.Refusal), Is.EqualTo((ProposeStatus.Unknown, RefusalReason.SessionExpired)));
        Assert.That((next.IsApplied, _nodes.Seen[^1].Key), Is.EqualTo((true, "13:1")));
    }

    [Test]
    public async Task Sessions_that_are_closed_at_once_are_not_opened_for_ever()
    {
        _nodes.On("a", _ => Problem("session-expired", 410));

        var put = await PutAsync("1");

        Assert.That((put.Status, put.Refusal), Is.EqualTo((ProposeStatus.Refused, RefusalReason.SessionExpired)));
        Assert.That(_nodes.SessionsOpened, Is.EqualTo(3));
    }

    [Test]
    public async Task All_first_writes_share_one_session()
    {
        Hold();
        var writes = Enumerable.Range(1, 50).Select(number => PutAsync($"{number}")).ToList();
        foreach (var number in Enumerable.Range(1, 50))
        {
            Answer($"{number}");
        }

        Assert.That(await Task.WhenAll(writes), Has.All.Property(nameof(WriteResult.IsApplied)).True);
        Assert.That(_nodes.SessionsOpened, Is.EqualTo(1));
    }

    [Test]
    public async Task Without_a_session_nothing_is_sent_and_the_reason_is_told()
    {
        _nodes.RefuseSessions();
        _nodes.On("a", _ => Problem("no-leader"));
        _nodes.On("b", _ => Problem("not-supported", 501));

        var put = await PutAsync("1");

        Assert.That((put.Status, put.Refusal), Is.EqualTo((ProposeStatus.Refused, RefusalReason.NotSupported)));
        Assert.That(_nodes.Seen, Is.Empty);
    }

    [Test]
    public async Task A_caller_may_number_commands_in_a_session_of_its_own()
    {
        var session = await _client.OpenSessionAsync();
        await _client.KeyValue.PutAsync(Value, Value, new ProposeOptions(Request: new RequestId(session.Client, 7), AcknowledgedBelow: 5));

        Assert.That((_nodes.Seen[^1].Key, _nodes.Seen[^1].AcknowledgedBelow), Is.EqualTo(("12:7", "5")));
    }

    [Test]
    public async Task A_write_beyond_the_window_waits_for_the_oldest_and_gives_up_when_its_time_is_over()
    {
        Hold();
        var writes = Enumerable.Range(1, Session.Window).Select(number => PutAsync($"{number}")).ToList();

        var late = await _nodes.Time.RunAsync(_client.KeyValue.PutAsync(Value, Value, new ProposeOptions(TimeSpan.FromSeconds(1))));
        var patient = PutAsync("patient");
        Assert.That((late.Status, late.Refusal, patient.IsCompleted), Is.EqualTo((ProposeStatus.Refused, RefusalReason.TimedOut, false)));
        Answer("2");
        Assert.That(_nodes.Seen, Has.Count.EqualTo(Session.Window));
        Answer("1");
        await Waiting("patient");
        Answer("patient");

        Assert.That((await patient).IsApplied, Is.True);
        Assert.That((_nodes.Seen[^1].Key, _nodes.Seen[^1].AcknowledgedBelow), Is.EqualTo(("12:16385", "3")));
        foreach (var number in Enumerable.Range(3, Session.Window - 2))
        {
            Answer($"{number}");
        }

        await Task.WhenAll(writes);
    }

    /// <summary>From now on node <c>a</c> answers when the test says so.</summary>
    private void Hold() => _nodes.On("a", (request, _) => Held(request.What["PUT /v1/kv/".Length..]).Task);

    private void Answer(string key) => Held(key).SetResult(Wrote(1));

    private async Task Waiting(string key)
    {
        while (!_nodes.Seen[^1].What.EndsWith(key, StringComparison.Ordinal))
        {
            await Task.Yield();
        }
    }

    private TaskCompletionSource<HttpResponseMessage> Held(string key)
    {
        lock (_waiting)
        {
            return _waiting.TryGetValue(key, out var held) ? held : _waiting[key] = new TaskCompletionSource<HttpResponseMessage>();
        }
    }

    private async Task<WriteResult> PutAsync(string key) => await _client.KeyValue.PutAsync(System.Text.Encoding.UTF8.GetBytes(key), Value);
}
