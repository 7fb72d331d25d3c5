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

    // What became of the write, or may yet, nobody can say: sent in another session as well it could take effect twice.
    [TestCase("session-expired", 410, true, RefusalReason.SessionExpired)]
    [TestCase("session-expired", 410, false, RefusalReason.SessionExpired)]
    [TestCase("request-forgotten", 409, true, RefusalReason.RequestForgotten)]
    public async Task A_session_that_is_gone_is_left_at_once_its_write_is_unknown_and_the_next_goes_into_another(string code, int status, bool mayHaveTakenEffect, RefusalReason reason)
    {
        _nodes.On("a", _ => Wrote(1), _ => Problem(code, status, mayHaveTakenEffect), _ => Wrote(3));
        var started = _nodes.Time.GetTimestamp();

        await PutAsync("1");
        var lost = await _nodes.Time.RunAsync(_client.KeyValue.PutAsync("2"u8.ToArray(), Value));
        var next = await PutAsync("3");

        Assert.That((lost.Status, lost.Refusal, next.IsApplied), Is.EqualTo((ProposeStatus.Unknown, reason, true)));
        Assert.That(lost.Detail, Does.Contain(code));
        Assert.That(_nodes.Seen.Select(request => request.Key), Is.EqualTo(["12:1", "12:2", "13:1"]));
        Assert.That(_nodes.Openers, Is.EqualTo(["a", "b"]), "the first may have been no session at all");
        Assert.That(_nodes.Time.GetElapsedTime(started), Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public async Task A_session_that_is_closed_under_a_write_that_may_have_been_taken_leaves_it_unknown()
    {
        _nodes.On("a", Broken);
        _nodes.On("b", _ => SessionExpired(), _ => Wrote(3));

        var lost = await _nodes.Time.RunAsync(_client.KeyValue.PutAsync("1"u8.ToArray(), Value));
        var next = await PutAsync("2");

        Assert.That((lost.Status, lost.Refusal), Is.EqualTo((ProposeStatus.Unknown, RefusalReason.SessionExpired)));
        Assert.That((next.IsApplied, _nodes.Seen[^1].Key), Is.EqualTo((true, "13:1")));
    }

    [Test]
    public async Task Writes_under_way_in_a_session_that_is_gone_leave_it_once()
    {
        Hold();
        var writes = Enumerable.Range(1, 5).Select(number => PutAsync($"{number}")).ToList();
        foreach (var number in Enumerable.Range(1, 5))
        {
            Held($"{number}").SetResult(SessionExpired());
        }

        Assert.That(await _nodes.Time.RunAsync(new ValueTask<WriteResult[]>(Task.WhenAll(writes))), Has.All.Property(nameof(WriteResult.Status)).EqualTo(ProposeStatus.Unknown));
        _nodes.On("a", _ => Wrote(3));
        await PutAsync("6");

        Assert.That((_nodes.SessionsOpened, _nodes.Seen[^1].Key), Is.EqualTo((2, "13:1")));
    }

    [Test]
    public async Task A_session_of_the_callers_own_that_is_gone_leaves_its_write_unknown_and_the_clients_alone()
    {
        _nodes.On("a", _ => Wrote(1), _ => SessionExpired(), _ => Wrote(3));

        await PutAsync("1");
        var lost = await _nodes.Time.RunAsync(_client.KeyValue.PutAsync(Value, Value, new ProposeOptions(Request: new RequestId(new ClientId(7), 7))));
        await PutAsync("3");

        Assert.That((lost.Status, lost.Refusal), Is.EqualTo((ProposeStatus.Unknown, RefusalReason.SessionExpired)));
        Assert.That(_nodes.Seen.Select(request => request.Key), Is.EqualTo(["12:1", "7:7", "12:2"]));
    }

    // It gives out the number of an entry to come. Were its write sent again in another session, the node could still open that one with the client's key, and bring both about.
    [Test]
    public async Task A_node_that_leads_and_gives_out_numbers_that_are_no_sessions_costs_one_write()
    {
        await using var client = LiarThatLeads();

        var lost = await _nodes.Time.RunAsync(client.KeyValue.PutAsync("1"u8.ToArray(), Value));
        _nodes.Time.Advance(TimeSpan.FromMinutes(1));
        var next = new[] { await client.KeyValue.PutAsync("2"u8.ToArray(), Value), await client.KeyValue.PutAsync("3"u8.ToArray(), Value) };

        Assert.That((lost.Status, lost.Refusal), Is.EqualTo((ProposeStatus.Unknown, RefusalReason.SessionExpired)));
        Assert.That(next.Select(put => put.IsApplied), Is.All.True);
        Assert.That(_nodes.Openers, Is.EqualTo(["a", "b"]));
        Assert.That(_nodes.Seen.Where(seen => seen.Key is not null).Select(seen => seen.Key), Is.EqualTo(["999999999:1", "12:1", "12:2"]), "the first write was sent in no other session");
    }

    [Test]
    public async Task Who_has_opened_sessions_in_vain_opens_the_next_if_nobody_else_is_there()
    {
        await using var client = LiarThatLeads();
        await _nodes.Time.RunAsync(client.KeyValue.PutAsync("1"u8.ToArray(), Value));
        _nodes.On("b", Unreachable);

        await _nodes.Time.RunAsync(client.KeyValue.PutAsync("2"u8.ToArray(), Value));

        Assert.That(_nodes.Openers, Is.EqualTo(["a", "b", "a"]));
    }

    [Test]
    public async Task Sessions_that_are_never_the_clients_are_not_opened_for_ever()
    {
        foreach (var node in new[] { "a", "b" })
        {
            _nodes.On(node, _ => Problem("not-signed-by-client", 403));
        }

        var put = await _nodes.Time.RunAsync(_client.KeyValue.PutAsync("1"u8.ToArray(), Value));

        Assert.That((put.Status, put.Refusal), Is.EqualTo((ProposeStatus.Refused, RefusalReason.NotSignedByClient)));
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
        await writes[1];
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

    /// <summary>A client of two nodes, of which <c>a</c> leads and opens sessions that are none, and <c>b</c> is honest.</summary>
    private ConsensusClient LiarThatLeads()
    {
        _nodes.RefuseSessions();
        foreach (var (name, number, session) in new[] { ("a", 1U, 999_999_999UL), ("b", 2U, 12UL) })
        {
            _nodes.On(name, seen => seen.What switch
            {
                "GET /v1/status" => StatusOf(number, leader: 1),
                "POST /v1/sessions" => Document($$"""{"client":{{session}}}""", 201),
                _ => seen.Key!.StartsWith("12:", StringComparison.Ordinal) ? Wrote(3) : SessionExpired(),
            });
        }

        return _nodes.CreateClient(options => options.PreferLeader = true);
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
