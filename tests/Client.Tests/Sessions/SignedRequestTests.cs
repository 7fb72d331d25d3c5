using System.Globalization;
using Consensus.Client.KeyValue;
using Consensus.Client.Tests.Support;
using Consensus.Cryptography;
using static Consensus.Client.Tests.Support.ScriptedNodes;

namespace Consensus.Client.Tests.Sessions;

/// <summary>A client with a key: what it signs, and what it makes of sessions that are not its own.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SignedRequestTests : IAsyncDisposable
{
    private static readonly byte[] Key = "key"u8.ToArray();
    private static readonly byte[] Value = "value"u8.ToArray();
    private static readonly ClusterId Cluster = new(new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
    private static readonly SimulatedKeyRegistry Keys = new(5);

    private readonly ScriptedNodes _nodes = new("a", "b");
    private readonly ConsensusClient _client;

    public SignedRequestTests() => _client = _nodes.CreateClient(options => options.SignRequests(new RequestSigner(Cluster, Keys.CreateSigner(9UL))));

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        _nodes.Dispose();
    }

    [Test]
    public async Task Each_write_is_signed_with_its_number_and_what_it_acknowledges_for_the_machine_by_its_number()
    {
        await _client.KeyValue.PutAsync(Key, Value);
        await _client.KeyValue.CompareAndSwapAsync(Key, Value, null);
        await _client.KeyValue.DeleteAsync(Key);

        Digest[] commands = [KeyValueWire.Put(Key, Value)[0], KeyValueWire.CompareAndSwap(Key, Value, null)[0], KeyValueWire.Delete(Key)[0]];
        Assert.That(_nodes.Seen, Has.Count.EqualTo(3));
        foreach (var (seen, command) in _nodes.Seen.Zip(commands))
        {
            var number = ulong.Parse(seen.Key!.Split(':')[1], CultureInfo.InvariantCulture);
            var below = ulong.Parse(seen.AcknowledgedBelow!, CultureInfo.InvariantCulture);
            var statement = RequestStatement.Of(Cluster, new RequestId(new ClientId(12), number), below, command);
            Assert.That(statement.Verify(Keys, Keys.PublicKeyOf(9UL), new Signature(Convert.FromHexString(seen.Signature!))), Is.True, seen.What);
        }

        Assert.That(_nodes.Seen.Select(seen => seen.Key), Is.EqualTo(["12:1", "12:2", "12:3"]));
    }

    [Test]
    public async Task The_session_is_opened_with_the_clients_key()
    {
        _nodes.RefuseSessions();
        var bodies = new List<string>();
        _nodes.On("a", seen =>
        {
            if (seen.What != "POST /v1/sessions")
            {
                return Wrote(1);
            }

            bodies.Add(seen.Body);
            return Document("""{"client":12}""", 201);
        });

        var put = await _client.KeyValue.PutAsync(Key, Value);
        await _client.OpenSessionAsync();

        Assert.That(put.IsApplied, Is.True);
        Assert.That(bodies, Is.EqualTo(Enumerable.Repeat($$"""{"public_key":"{{Keys.PublicKeyOf(9UL)}}"}""", 2)));
    }

    [Test]
    public async Task A_number_of_the_callers_own_is_signed_too()
    {
        var own = new RequestId(new ClientId(5), 9);

        await _client.KeyValue.DeleteAsync(Key, new ProposeOptions(Request: own, AcknowledgedBelow: 7));

        var signature = new Signature(Convert.FromHexString(_nodes.Seen.Single().Signature!));
        Assert.That(RequestStatement.Of(Cluster, own, 7, KeyValueWire.Delete(Key)[0]).Verify(Keys, Keys.PublicKeyOf(9UL), signature), Is.True);
    }

    // The node has opened it with another key, or given out the number of somebody else's.
    [Test]
    public async Task A_session_that_turns_out_not_to_be_the_clients_is_left_and_another_node_opens_the_next()
    {
        _nodes.RefuseSessions();
        var opened = new List<string>();
        foreach (var (name, client) in new[] { ("a", 12), ("b", 13) })
        {
            _nodes.On(name, seen =>
            {
                if (seen.What == "POST /v1/sessions")
                {
                    opened.Add(name);
                    return Document($$"""{"client":{{client}}}""", 201);
                }

                return seen.Key!.StartsWith("12:", StringComparison.Ordinal) ? Problem("not-signed-by-client", 403) : Wrote(1);
            });
        }

        var put = await _client.KeyValue.PutAsync(Key, Value);

        Assert.That(put.IsApplied, Is.True);
        Assert.That(opened, Is.EqualTo(["a", "b"]));
        Assert.That(_nodes.Seen.Select(seen => seen.Key), Does.Contain("13:1"));
    }

    // Another client's, perhaps, which has acknowledged more.
    [Test]
    public async Task A_session_that_has_forgotten_the_number_is_left_and_another_node_opens_the_next()
    {
        _nodes.On("a", seen => seen.Key!.StartsWith("12:", StringComparison.Ordinal) ? Problem("request-forgotten", 409, mayHaveTakenEffect: true) : Wrote(3));

        var lost = await _nodes.Time.RunAsync(_client.KeyValue.PutAsync(Key, Value));
        var next = await _client.KeyValue.PutAsync(Key, Value);

        Assert.That((lost.Status, lost.Refusal, next.Status), Is.EqualTo((ProposeStatus.Unknown, RefusalReason.RequestForgotten, ProposeStatus.Applied)));
        Assert.That(_nodes.Openers, Is.EqualTo(["a", "b"]));
        Assert.That(_nodes.Seen.Select(seen => seen.Key), Is.EqualTo(["12:1", "13:1"]));
    }

    [Test]
    public async Task Under_a_number_of_the_callers_own_it_is_told_that_the_session_is_not_its()
    {
        _nodes.On("a", _ => Problem("not-signed-by-client", 403));

        var put = await _client.KeyValue.PutAsync(Key, Value, new ProposeOptions(Request: new RequestId(new ClientId(5), 9)));

        Assert.That((put.Status, put.Refusal), Is.EqualTo((ProposeStatus.Refused, RefusalReason.NotSignedByClient)));
    }

    [Test]
    public async Task What_the_client_cannot_sign_is_not_sent()
    {
        var update = await _client.Workflow.UpdateCaseStateAsync("case", "Paid");

        Assert.That((update.Status, update.Refusal), Is.EqualTo((ProposeStatus.Refused, RefusalReason.NotSupported)));
        Assert.That((_nodes.Seen.Count, _nodes.SessionsOpened), Is.EqualTo((0, 0)));
    }
}
