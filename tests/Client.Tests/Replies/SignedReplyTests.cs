using System.Globalization;
using System.Text;
using Consensus.AspNetCore.Tests.Fakes;
using Consensus.Client.KeyValue;
using Consensus.Client.Tests.Support;
using Consensus.Cryptography;
using Consensus.Replication;
using Consensus.Replication.KeyValue;
using static Consensus.Client.Tests.Support.ScriptedNodes;

namespace Consensus.Client.Tests.Replies;

/// <summary>A client that believes no single node: what it makes of liars, and of too few who tell the truth. The nodes a to d are the members 1 to 4, of which one may lie.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SignedReplyTests : IAsyncDisposable
{
    private static readonly string[] Names = ["a", "b", "c", "d"];
    private static readonly byte[] Key = "key"u8.ToArray();
    private static readonly byte[] Value = "value"u8.ToArray();
    private static readonly SimulatedKeyRegistry Keys = new(5);
    private static readonly ClusterId Cluster = new(new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));

    private static readonly SignerSet Members =
        SignerSet.Create(Enumerable.Range(1, 4).Select(i => new MemberKey(new NodeId((uint)i), Keys.CreateSigner(new NodeId((uint)i)).PublicKey)));

    // The answer of a group in which no machine has the number that the command begins with.
    private static readonly byte[] MachineUnknown = [0xC1, 1];

    private readonly ScriptedNodes _nodes = new("a", "b", "c", "d");
    private readonly ConsensusClient _client;

    // What the group has committed, by session and number. A test that plays a liar leaves it alone.
    private readonly Dictionary<RequestId, ReplyContent> _committed = [];
    private ulong _index = 40;

    public SignedReplyTests()
    {
        foreach (var name in Names)
        {
            On(name, Honest);
        }

        _client = CreateClient(hasKey: false);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        _nodes.Dispose();
    }

    [Test]
    public async Task What_two_members_have_signed_is_the_outcome()
    {
        var put = await PutAsync();

        Assert.That((put.Status, put.Index, put.Version, put.Existed), Is.EqualTo((ProposeStatus.Applied, new LogIndex(41), new LogIndex(41), false)));
        Assert.That((put.Proof!.IsProven, put.Proof.Needed), Is.EqualTo((true, 2)));
        Assert.That(put.Proof.Replies.Count, Is.GreaterThanOrEqualTo(2));
    }

    [Test]
    public async Task A_rejection_is_proven_like_anything_else()
    {
        foreach (var name in Names)
        {
            On(name, (node, seen) => Honest(node, seen, KeyValueRejectionNumber.ComparisonFailed));
        }

        var swap = await Run(_client.KeyValue.CompareAndSwapAsync(Key, Value, Value));

        Assert.That((swap.Status, swap.Rejection, swap.Index), Is.EqualTo((ProposeStatus.Rejected, KeyValueRejection.ComparisonFailed, new LogIndex(41))));
    }

    [Test]
    public async Task The_node_that_takes_the_write_is_not_believed()
    {
        On("a", (node, seen) => seen.What.StartsWith("PUT", StringComparison.Ordinal) && Honest(node, seen) is not null ? Wrote(99) : Honest(node, seen));

        Assert.That((await PutAsync()).Index, Is.EqualTo(new LogIndex(41)));
    }

    [Test]
    public async Task A_node_that_keeps_a_write_to_itself_and_says_it_is_done_is_passed_over()
    {
        On("a", (node, seen) => seen.What.StartsWith("PUT", StringComparison.Ordinal) ? Wrote(7) : Sign(node, seen, Content(seen, 7, Put())));

        var put = await PutAsync();

        Assert.That((put.Status, put.Index), Is.EqualTo((ProposeStatus.Applied, new LogIndex(41))));
        Assert.That(_nodes.Seen.Where(seen => seen.What.StartsWith("PUT", StringComparison.Ordinal)).Select(seen => seen.Node), Is.EqualTo(["a", "b"]));
        Assert.That(_nodes.Seen.Where(seen => seen.Key is not null).Select(seen => seen.Key).Distinct(StringComparer.Ordinal).Count(), Is.EqualTo(1), "under the same number");
    }

    [Test]
    public async Task A_signed_lie_of_one_member_is_not_believed_whoever_takes_the_write([Values("a", "b", "c", "d")] string liar)
    {
        On(liar, (node, seen) => seen.What.StartsWith("PUT", StringComparison.Ordinal) ? Honest(node, seen) : Sign(node, seen, Content(seen, 7, Put())));

        Assert.That((await PutAsync()).Index, Is.EqualTo(new LogIndex(41)));
    }

    [Test]
    public async Task With_one_honest_member_in_reach_nothing_is_believed_and_it_is_said_who_said_what()
    {
        On("a", (node, seen) => seen.What.StartsWith("PUT", StringComparison.Ordinal) ? Honest(node, seen) : Sign(node, seen, Content(seen, 7, Put())));
        _nodes.On("c", Unreachable);
        _nodes.On("d", Unreachable);

        var put = await PutAsync();

        Assert.That((put.Status, put.Refusal, put.Proof!.IsProven), Is.EqualTo((ProposeStatus.Unknown, RefusalReason.TimedOut, false)));
        Assert.That(put.Proof.Claims.Select(claim => (claim.Node, claim.Member.Value)), Is.EqualTo([("http://a:8101", 1u), ("http://b:8101", 2u), ("http://c:8101", 0u), ("http://d:8101", 0u)]));
        Assert.That(put.Detail, Does.Contain("2 members must sign the same").And.Contain("node 1 has signed").And.Contain("at entry 7").And.Contain("at entry 41").And.Contain("refused by d"));
    }

    [TestCase("another cluster")]
    [TestCase("another's name")]
    [TestCase("no proof at all")]
    public async Task What_is_not_signed_by_a_member_counts_for_nothing(string how)
    {
        foreach (var name in new[] { "b", "c", "d" })
        {
            On(name, (node, seen) => seen.What.StartsWith("PUT", StringComparison.Ordinal) ? Honest(node, seen) : how switch
            {
                "another cluster" => Text(Signed(node, Content(seen, 7, Put()), SigningDomain.Of(ClusterId.None, Epoch.Zero, Members))),
                "another's name" => Text(Signed(node, Content(seen, 7, Put())) with { Signer = new NodeId((node % 4) + 1) }),
                _ => Wrote(7),
            });
        }

        var put = await PutAsync();

        Assert.That((put.Status, put.Proof!.Replies.Count), Is.EqualTo((ProposeStatus.Unknown, 1)));
    }

    [Test]
    public async Task Who_finds_its_number_used_by_somebody_else_sends_its_command_under_a_new_one()
    {
        foreach (var name in Names)
        {
            On(name, (node, seen) =>
            {
                if (seen.Key?.StartsWith("12:", StringComparison.Ordinal) == true)
                {
                    var taken = new RequestId(new ClientId(12), ulong.Parse(seen.Key[3..], CultureInfo.InvariantCulture));
                    _committed.TryAdd(taken, new ReplyContent(taken, IsApplied: true, new LogIndex(40), Blake3.Hash("another command"u8), Result(40)));
                }

                return Honest(node, seen);
            });
        }

        var put = await PutAsync();

        Assert.That((put.Status, put.Index), Is.EqualTo((ProposeStatus.Applied, new LogIndex(41))));
        Assert.That(_nodes.SessionsOpened, Is.EqualTo(2));
        Assert.That(_committed.Single(one => one.Key.Client == new ClientId(13)).Value.Command, Is.EqualTo(Put()));
        Assert.That(_committed.Keys.Select(request => request.Sequence), Has.All.GreaterThan(1), "a number that nobody has used, should the session be another client's");
    }

    [Test]
    public async Task Under_a_number_of_the_callers_own_it_is_told_that_the_command_has_no_effect()
    {
        var taken = new RequestId(new ClientId(5), 9);
        _committed[taken] = new ReplyContent(taken, IsApplied: true, new LogIndex(40), Blake3.Hash("another command"u8), Result(40));

        var put = await Run(_client.KeyValue.PutAsync(Key, Value, new ProposeOptions(Request: taken)));

        Assert.That((put.Status, put.Refusal), Is.EqualTo((ProposeStatus.Refused, RefusalReason.RequestForgotten)));
        Assert.That(put.Detail, Does.Contain("Another command"));
    }

    [TestCase("session-expired", 410, true)]
    [TestCase("session-expired", 410, false)]
    [TestCase("too-large", 413, false)]
    public async Task A_node_that_refuses_for_good_is_passed_over_and_not_asked_first_the_next_time(string code, int status, bool mayHaveTakenEffect)
    {
        On("a", (node, seen) => IsWrite(seen) ? Problem(code, status, mayHaveTakenEffect) : Honest(node, seen));

        var (first, second) = (await PutAsync(), await PutAsync());

        Assert.That((first.Status, first.Index, second.Status, second.Index), Is.EqualTo((ProposeStatus.Applied, new LogIndex(41), ProposeStatus.Applied, new LogIndex(42))));
        Assert.That(NodesWrittenTo(), Is.EqualTo(["a", "b", "b"]));
        Assert.That(_nodes.SessionsOpened, Is.EqualTo(1));
    }

    [Test]
    public async Task A_refusal_that_as_many_nodes_give_as_are_needed_is_believed()
    {
        foreach (var name in new[] { "a", "c" })
        {
            On(name, (node, seen) => IsWrite(seen) ? Problem("too-large", 413) : Honest(node, seen));
        }

        On("b", (node, seen) => IsWrite(seen) ? Problem("request-beyond-window", 409) : Honest(node, seen));

        var put = await PutAsync();

        Assert.That((put.Status, put.Refusal, put.Proof!.IsProven), Is.EqualTo((ProposeStatus.Refused, RefusalReason.CommandTooLarge, false)));
        Assert.That(NodesWrittenTo(), Is.EqualTo(["a", "b", "c"]), "b gives another reason");
    }

    // One of those that say so may lie, also in that the write will have no effect: it may bring the opening about yet, and the write after it.
    [Test]
    public async Task A_session_that_as_many_nodes_as_are_needed_call_closed_is_left_its_write_is_unknown_and_the_next_goes_into_another([Values("nobody", "a", "b")] string liar)
    {
        foreach (var name in Names)
        {
            On(name, (node, seen) => seen.Key?.StartsWith("12:", StringComparison.Ordinal) == true ? Problem("session-expired", 410, mayHaveTakenEffect: name != liar) : Honest(node, seen));
        }

        var started = _nodes.Time.GetTimestamp();
        var lost = await PutAsync();
        Assert.That(_nodes.Time.GetElapsedTime(started), Is.EqualTo(TimeSpan.Zero), "nobody is waited for");
        var next = await PutAsync();

        Assert.That((lost.Status, lost.Refusal, lost.Proof!.IsProven), Is.EqualTo((ProposeStatus.Unknown, RefusalReason.SessionExpired, false)));
        Assert.That((next.Status, next.Index), Is.EqualTo((ProposeStatus.Applied, new LogIndex(41))));
        Assert.That(NodesWrittenTo(), Is.EqualTo(["a", "b", "b"]), "whose refusal is believed, that node is not avoided");
        Assert.That(_nodes.Openers, Is.EqualTo(["a", "b"]));
        Assert.That(Sessions(), Is.EqualTo(["12", "12", "13"]));
    }

    // Of two nodes that say so one may lie, also in that the write has had no effect.
    [Test]
    public async Task A_session_of_the_callers_own_that_as_many_nodes_as_are_needed_call_closed_leaves_its_write_unknown([Values("nobody", "a", "b")] string liar)
    {
        foreach (var name in Names)
        {
            On(name, (node, seen) => IsWrite(seen) ? Problem("session-expired", 410, mayHaveTakenEffect: name != liar) : Honest(node, seen));
        }

        var put = await Run(_client.KeyValue.PutAsync(Key, Value, new ProposeOptions(Request: new RequestId(new ClientId(5), 9))));

        Assert.That((put.Status, put.Refusal, put.Proof!.IsProven), Is.EqualTo((ProposeStatus.Unknown, RefusalReason.SessionExpired, false)));
    }

    // With a key and signed replies a session is still the word of the node that opens it. This one takes the write, too, and keeps it.
    [Test]
    public async Task A_node_that_gives_out_the_number_of_no_session_costs_one_write_and_opens_no_other([Values] bool hasKey)
    {
        _nodes.RefuseSessions();
        foreach (var (name, session) in new[] { ("a", 999_999_999UL), ("b", 12UL), ("c", 13UL), ("d", 14UL) })
        {
            On(name, (node, seen) => seen.What == "POST /v1/sessions" ? Document($$"""{"client":{{session}}}""", 201)
                : seen.Key?.StartsWith("999999999:", StringComparison.Ordinal) == true ? name == "a" ? Wrote(7) : SessionExpired()
                : Honest(node, seen));
        }

        await using var client = CreateClient(hasKey);
        var started = _nodes.Time.GetTimestamp();
        var lost = await Run(client.KeyValue.PutAsync(Key, Value));
        Assert.That(_nodes.Time.GetElapsedTime(started), Is.EqualTo(TimeSpan.FromSeconds(6)), "one attempt's time for what the node says that it has taken, and not all there is");
        var next = await Run(client.KeyValue.PutAsync(Key, Value));

        Assert.That((lost.Status, lost.Refusal, next.Status), Is.EqualTo((ProposeStatus.Unknown, RefusalReason.SessionExpired, ProposeStatus.Applied)));
        Assert.That(NodesWrittenTo(), Is.EqualTo(["a", "b", "c", "c"]));
        Assert.That(Sessions(), Is.EqualTo(["999999999", "999999999", "999999999", "13"]));
        Assert.That(_nodes.Openers, Is.EqualTo(["a", "c"]));
    }

    // A liar has opened the session without the client's key, and put the client's command there first, without the machine's number and without a signature.
    [Test]
    public async Task With_a_key_the_other_form_of_its_command_is_somebody_elses_and_without_one_its_own([Values] bool hasKey)
    {
        foreach (var name in Names)
        {
            On(name, (node, seen) =>
            {
                if (seen.Key?.StartsWith("12:", StringComparison.Ordinal) == true)
                {
                    var taken = new RequestId(new ClientId(12), ulong.Parse(seen.Key[3..], CultureInfo.InvariantCulture));
                    _committed.TryAdd(taken, new ReplyContent(taken, IsApplied: false, new LogIndex(40), KeyValueWire.Put(Key, Value)[1], MachineUnknown));
                }

                return Honest(node, seen);
            });
        }

        await using var client = CreateClient(hasKey);
        var put = await Run(client.KeyValue.PutAsync(Key, Value));

        Assert.That((put.Status, put.Rejection, put.Proof!.IsProven), Is.EqualTo(
            hasKey ? (ProposeStatus.Applied, KeyValueRejection.None, true) : (ProposeStatus.Rejected, KeyValueRejection.MachineUnknown, true)));
        Assert.That(_nodes.Openers, Is.EqualTo(hasKey ? ["a", "b"] : new[] { "a" }));
    }

    [TestCase(1, ProposeStatus.Applied)]
    [TestCase(2, ProposeStatus.Refused)]
    public async Task The_refusal_of_a_session_is_believed_like_that_of_a_write(int refusing, ProposeStatus status)
    {
        _nodes.RefuseSessions();
        foreach (var name in Names)
        {
            On(name, (node, seen) => seen.What != "POST /v1/sessions" ? Honest(node, seen) : node <= refusing ? Problem("not-supported", 501) : Document("""{"client":12}""", 201));
        }

        var put = await PutAsync();

        Assert.That((put.Status, _nodes.SessionsOpened), Is.EqualTo((status, 2)));
    }

    [Test]
    public async Task One_node_that_repeats_its_refusal_is_one_nodes_word_so_the_outcome_is_unknown()
    {
        On("a", (node, seen) => IsWrite(seen) ? Problem("too-large", 413) : Honest(node, seen));
        foreach (var name in new[] { "b", "c", "d" })
        {
            _nodes.On(name, Unreachable);
        }

        var put = await PutAsync();

        Assert.That((put.Status, put.Refusal, put.Proof!.IsProven), Is.EqualTo((ProposeStatus.Unknown, RefusalReason.CommandTooLarge, false)));
        Assert.That(NodesWrittenTo().Count(node => node == "a"), Is.InRange(2, 40), "again, as long as there is time, and not without a pause");
    }

    [Test]
    public async Task What_one_node_has_taken_is_unknown_though_the_others_refuse_it()
    {
        On("a", (node, seen) => IsWrite(seen) ? Wrote(7) : Honest(node, seen));
        foreach (var name in new[] { "b", "c", "d" })
        {
            On(name, (node, seen) => IsWrite(seen) ? SessionExpired() : Honest(node, seen));
        }

        var put = await PutAsync();

        Assert.That((put.Status, put.Refusal, _nodes.SessionsOpened), Is.EqualTo((ProposeStatus.Unknown, RefusalReason.SessionExpired, 1)));
        Assert.That(NodesWrittenTo(), Is.EqualTo(["a", "b", "c"]), "more of the same word is worth nothing");
    }

    [Test]
    public async Task What_one_node_has_taken_is_unknown_though_no_node_is_reached_any_more([Values("takes it", "says no answer came", "breaks off", "refuses it")] string how)
    {
        var isFirst = true;
        On("a", (node, seen) =>
        {
            if (!IsWrite(seen))
            {
                return Honest(node, seen);
            }

            if (!isFirst)
            {
                return Unreachable(seen);
            }

            isFirst = false;
            return how switch
            {
                "takes it" => Wrote(7),
                "says no answer came" => Problem("internal-error", 500, mayHaveTakenEffect: true),
                "refuses it" => Problem("too-large", 413),
                _ => Broken(seen),
            };
        });
        foreach (var name in new[] { "b", "c", "d" })
        {
            _nodes.On(name, Unreachable);
        }

        var put = await PutAsync();

        Assert.That((put.Status, put.Refusal), Is.EqualTo((ProposeStatus.Unknown, how == "refuses it" ? RefusalReason.CommandTooLarge : RefusalReason.TimedOut)));
        Assert.That(put.Detail, Does.StartWith("Nothing is proven.").And.Contain("refused by b"));
    }

    [Test]
    public async Task A_refusal_by_a_liar_that_has_passed_the_write_on_changes_nothing()
    {
        On("a", (node, seen) => seen.What.StartsWith("PUT", StringComparison.Ordinal) && Honest(node, seen) is not null ? SessionExpired() : Honest(node, seen));

        var put = await PutAsync();

        Assert.That((put.Status, put.Index, _nodes.SessionsOpened), Is.EqualTo((ProposeStatus.Applied, new LogIndex(41), 1)));
    }

    [Test]
    public async Task When_no_node_is_reached_it_had_no_effect()
    {
        foreach (var name in Names)
        {
            _nodes.On(name, Unreachable);
        }

        var put = await PutAsync();

        Assert.That((put.Status, put.Proof), Is.EqualTo((ProposeStatus.Refused, (ReplyProof?)null)));
    }

    [Test]
    public async Task What_cannot_be_recognised_in_a_reply_is_not_sent()
    {
        var update = await Run(_client.Workflow.UpdateCaseStateAsync("case", "paid"));

        Assert.That((update.Status, update.Refusal), Is.EqualTo((ProposeStatus.Refused, RefusalReason.NotSupported)));
        Assert.That(_nodes.Seen, Is.Empty);
    }

    [Test]
    public async Task The_commands_that_a_client_recognises_are_those_that_a_store_proposes([Values] bool isAlone)
    {
        var proposed = new List<Digest>();
        var group = new ScriptedConsensus
        {
            Propose = (command, _) =>
            {
                proposed.Add(Blake3.Hash(command.Span));
                return new(ProposeResult.Refused(RefusalReason.NoLeader));
            },
        };
        var store = new KeyValueStore(group, isAlone ? MachineId.None : MachineId.KeyValue);
        await store.PutAsync(Key, Value);
        await store.DeleteAsync(Key);
        await store.CompareAndSwapAsync(Key, Value, null);
        await store.CompareAndSwapAsync(Key, null, Value);

        var known = new[] { KeyValueWire.Put(Key, Value), KeyValueWire.Delete(Key), KeyValueWire.CompareAndSwap(Key, Value, null), KeyValueWire.CompareAndSwap(Key, null, Value) };

        Assert.That(known.Select(digests => digests[isAlone ? 1 : 0]), Is.EqualTo(proposed));
    }

    private ConsensusClient CreateClient(bool hasKey) => _nodes.CreateClient(options =>
    {
        options.RequireSignedReplies(new ReplyTrust(Cluster, Members, signatures: Keys));
        if (hasKey)
        {
            options.SignRequests(new RequestSigner(Cluster, Keys.CreateSigner(9UL)));
        }
    });

    private static Digest Put() => KeyValueWire.Put(Key, Value)[0];

    private static byte[] Result(ulong version, byte rejection = 0) => [0x93, rejection, 0xC2, .. version == 0 ? new byte[] { 0 } : [(byte)version]];

    private static bool IsWrite(Seen seen) => seen.Key is not null;

    /// <summary>The session of each write that was sent.</summary>
    private string[] Sessions() => [.. _nodes.Seen.Where(IsWrite).Select(seen => seen.Key!.Split(':')[0])];

    private string[] NodesWrittenTo() => [.. _nodes.Seen.Where(IsWrite).Select(seen => seen.Node)];

    private void On(string name, Func<uint, Seen, HttpResponseMessage> answer) => _nodes.On(name, seen => answer((uint)Array.IndexOf(Names, name) + 1, seen));

    private static HttpResponseMessage Text(SignedReply reply) => Document(Encoding.UTF8.GetString(SignedReplyDocument.ToUtf8(reply)));

    private static SignedReply Signed(uint node, ReplyContent content, SigningDomain? domain = null)
    {
        var where = domain ?? SigningDomain.Of(Cluster, Epoch.Zero, Members);
        return new SignedReply(content, where, new NodeId(node), content.ToStatement(where).Sign(Keys.CreateSigner(new NodeId(node))));
    }

    private static HttpResponseMessage Sign(uint node, Seen _, ReplyContent content) => Text(Signed(node, content));

    private static ReplyContent Content(Seen seen, ulong index, Digest command) => new(Asked(seen), IsApplied: true, new LogIndex(index), command, Result(index));

    /// <summary>The request that a question is about: <c>GET /v1/sessions/12/replies/1</c>.</summary>
    private static RequestId Asked(Seen seen)
    {
        var parts = seen.What.Split('/');
        return new RequestId(new ClientId(ulong.Parse(parts[3], CultureInfo.InvariantCulture)), ulong.Parse(parts[5], CultureInfo.InvariantCulture));
    }

    private HttpResponseMessage Honest(uint node, Seen seen) => Honest(node, seen, KeyValueRejectionNumber.None);

    /// <summary>A node that commits what it is sent, once for each number, and signs what was committed.</summary>
    private HttpResponseMessage Honest(uint node, Seen seen, KeyValueRejectionNumber rejection)
    {
        if (seen.Key is { } key)
        {
            var parts = key.Split(':');
            var request = new RequestId(new ClientId(ulong.Parse(parts[0], CultureInfo.InvariantCulture)), ulong.Parse(parts[1], CultureInfo.InvariantCulture));
            if (!_committed.TryGetValue(request, out var content))
            {
                var index = ++_index;
                var command = seen.What.EndsWith("/cas", StringComparison.Ordinal) ? KeyValueWire.CompareAndSwap(Key, Value, Value)[0] : Put();
                _committed[request] = content = new ReplyContent(request, rejection == KeyValueRejectionNumber.None, new LogIndex(index), command, Result(index, (byte)rejection));
            }

            return Wrote(content.Index.Value);
        }

        return _committed.TryGetValue(Asked(seen), out var committed) ? Sign(node, seen, committed) : Problem("not-here", 404);
    }

    private Task<WriteResult> PutAsync() => Run(_client.KeyValue.PutAsync(Key, Value));

    private Task<T> Run<T>(ValueTask<T> call) => _nodes.Time.RunAsync(call);

    private enum KeyValueRejectionNumber : byte
    {
        None = 0,
        ComparisonFailed = 4,
    }
}
